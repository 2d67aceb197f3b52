import pytest

from bot.domain.errors import NotAllowed, NotFound, Outdated
from bot.services.edits import NewText
from bot.services.forum import Forum
from bot.services.questions import ForumPost
from tests.world import (
    ADA,
    BEN,
    CID,
    FORUM,
    GUILD,
    OTHER_GUILD,
    START,
    Clock,
    answer,
    ask,
    comment,
    message_of,
    person,
    see,
)

TITLE = "How do bees find home?"


async def edit(
    forum: Forum,
    post: int,
    new: NewText,
    by: int = ADA,
    *,
    since: int | None = None,
    is_moderator: bool = False,
) -> bool:
    if since is None:
        since = (await forum.questions.find(GUILD, post)).revision
    return await forum.edits.apply(person(by), post, since, new, is_moderator=is_moderator)


async def test_an_edit_changes_all_that_the_card_shows(forum: Forum) -> None:
    work = await forum.settings.add_category(GUILD, "Work")
    question = await ask(forum, ADA, title=TITLE, category="work", tags="bees")
    await edit(forum, question, NewText("By the sun?", "How do wasps do it?", ("wasps",), work.id))
    view = await see(forum, question)
    assert (view.title, view.body, view.tags) == ("How do wasps do it?", "By the sun?", ("wasps",))
    assert view.category == "Work"


async def test_an_edited_question_is_found_by_its_new_words_only(forum: Forum) -> None:
    question = await ask(forum, ADA, title=TITLE)
    await edit(forum, question, NewText("", "Which wasp species nest underground?"))
    assert await forum.search.similar(GUILD, "bees", 5) == []
    assert [match.post_id for match in await forum.search.similar(GUILD, "wasps", 5)] == [question]


async def test_an_edited_answer_has_its_question_drawn_again(forum: Forum) -> None:
    question = await ask(forum)
    reply = await answer(forum, question, BEN)
    before = (await see(forum, question)).version
    await edit(forum, reply, NewText("Something much better"), BEN)
    view = await see(forum, question)
    assert view.answers[0].excerpt == "Something much better"
    assert view.version > before


async def test_an_edit_to_what_it_says_already_changes_nothing(forum: Forum) -> None:
    question = await ask(forum, ADA, title=TITLE, body="Really?")
    before = await see(forum, question)
    assert not await edit(forum, question, NewText("Really?", TITLE))
    assert await see(forum, question) == before
    assert len(await forum.edits.history(GUILD, question)) == 1


async def test_every_text_is_kept_with_who_wrote_it(forum: Forum) -> None:
    reply = await answer(forum, await ask(forum), BEN, body="First answer text")
    await edit(forum, reply, NewText("Second answer text"), BEN)
    await edit(forum, reply, NewText("Third answer text"), CID, is_moderator=True)
    history = await forum.edits.history(GUILD, reply)
    assert [(item.number, item.body, editor) for item, editor in history] == [
        (1, "First answer text", "Ben"),
        (2, "Second answer text", "Ben"),
        (3, "Third answer text", "Cid"),
    ]


async def test_the_second_of_two_editors_keeps_their_text_and_sees_what_differs(
    forum: Forum,
) -> None:
    reply = await answer(forum, await ask(forum), BEN, body="Bees look at the sun.")
    started = await forum.edits.begin(GUILD, reply, BEN, is_moderator=False)
    await edit(forum, reply, NewText("Bees look at the moon."), CID, is_moderator=True)
    mine = NewText("Bees smell their way.")
    with pytest.raises(Outdated) as conflict:
        await edit(forum, reply, mine, BEN, since=started.revision)
    assert conflict.value.current == "Bees look at the moon."
    assert "- Bees look at the moon." in str(conflict.value)
    assert "+ Bees smell their way." in str(conflict.value)
    assert (await see(forum, reply)).body == "Bees look at the moon."
    again = await forum.edits.begin(GUILD, reply, BEN, is_moderator=False)
    assert await edit(forum, reply, mine, BEN, since=again.revision)


async def test_a_conflict_over_the_title_shows_both_titles(forum: Forum) -> None:
    question = await ask(forum, ADA, title=TITLE)
    await edit(forum, question, NewText("", "How do wasps find home?"), CID, is_moderator=True)
    with pytest.raises(Outdated, match=r"- .*wasps(.|\n)*\+ .*ants"):
        await edit(forum, question, NewText("", "How do ants find home?"), since=1)


async def test_two_editors_with_the_same_text_have_no_conflict(forum: Forum) -> None:
    reply = await answer(forum, await ask(forum), BEN)
    await edit(forum, reply, NewText("The very same text"), BEN, since=1)
    assert not await edit(
        forum, reply, NewText("The very same text"), CID, since=1, is_moderator=True
    )


async def test_a_quick_edit_of_ones_own_is_not_announced(forum: Forum, clock: Clock) -> None:
    reply = await answer(forum, await ask(forum), BEN)
    clock.pass_by(seconds=300)
    await edit(forum, reply, NewText("A typo is mended"), BEN)
    assert (await see(forum, reply)).edited is None


async def test_a_later_edit_of_ones_own_is_announced(forum: Forum, clock: Clock) -> None:
    reply = await answer(forum, await ask(forum), BEN)
    clock.pass_by(seconds=301)
    await edit(forum, reply, NewText("A thought is added"), BEN)
    edited = (await see(forum, reply)).edited
    assert edited is not None
    assert (edited.at, edited.by) == (clock.now, "Ben")


async def test_anothers_edit_is_announced_at_once(forum: Forum) -> None:
    reply = await answer(forum, await ask(forum), BEN)
    await edit(forum, reply, NewText("A moderator's text"), CID, is_moderator=True)
    edited = (await see(forum, reply)).edited
    assert edited is not None
    assert edited.by == "Cid"


async def test_an_anonymous_author_stays_masked_in_edits_and_history(
    forum: Forum, clock: Clock
) -> None:
    question = await ask(forum, ADA, title=TITLE, display_name="A friend")
    clock.pass_by(hours=1)
    await edit(forum, question, NewText("More", TITLE))
    edited = (await see(forum, question)).edited
    assert edited is not None
    assert edited.by == "A friend"
    assert {editor for _, editor in await forum.edits.history(GUILD, question)} == {"its author"}


async def test_only_the_author_or_a_moderator_may_edit(forum: Forum) -> None:
    reply = await answer(forum, await ask(forum), BEN)
    with pytest.raises(NotAllowed):
        await forum.edits.begin(GUILD, reply, CID, is_moderator=False)
    with pytest.raises(NotAllowed):
        await edit(forum, reply, NewText("Vandalised here"), CID)
    await forum.edits.begin(GUILD, reply, CID, is_moderator=True)


async def test_what_is_a_members_own_message_is_edited_on_discord(forum: Forum) -> None:
    remark = await comment(forum, await ask(forum), CID)
    adopted = await forum.questions.adopt(person(ADA), ForumPost(FORUM, 77, TITLE, "", START))
    assert adopted is not None
    for post, author in ((remark, CID), (adopted, ADA)):
        with pytest.raises(NotAllowed, match="message"):
            await forum.edits.begin(GUILD, post, author, is_moderator=True)


async def test_a_closed_question_is_edited_by_moderators_only(forum: Forum) -> None:
    question = await ask(forum, ADA)
    await forum.questions.lock(GUILD, message_of(question), closed=True)
    with pytest.raises(NotAllowed, match="closed"):
        await forum.edits.begin(GUILD, question, ADA, is_moderator=False)
    await forum.edits.begin(GUILD, question, CID, is_moderator=True)


async def test_a_deleted_post_and_another_servers_post_cannot_be_edited(forum: Forum) -> None:
    question = await ask(forum, ADA)
    with pytest.raises(NotFound):
        await forum.edits.begin(OTHER_GUILD, question, ADA, is_moderator=True)
    with pytest.raises(NotFound):
        await forum.edits.history(OTHER_GUILD, question)
    await forum.removal.delete(GUILD, question, ADA, is_moderator=False)
    with pytest.raises(NotFound):
        await forum.edits.begin(GUILD, question, ADA, is_moderator=False)
