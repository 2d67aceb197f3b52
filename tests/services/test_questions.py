import pytest

from bot.domain.drafts import QuestionDraft, parse_question
from bot.domain.errors import NotAllowed, NotFound, Repeated
from bot.domain.posts import Kind, Stage, State
from bot.services.edits import NewText
from bot.services.forum import Forum
from bot.services.questions import ForumPost
from tests.world import (
    ADA,
    BEN,
    FORUM,
    GUILD,
    OTHER_GUILD,
    START,
    Clock,
    answer,
    ask,
    message_of,
    person,
    points,
    see,
)

TITLE = "How do bees find home?"


def draft(title: str = TITLE, body: str = "") -> QuestionDraft:
    return QuestionDraft(title, body, None, (), None)


def forum_post(thread: int = 77, title: str = TITLE) -> ForumPost:
    return ForumPost(FORUM, thread, title, "They do.", START)


async def test_a_question_shows_all_that_was_asked(forum: Forum) -> None:
    health = await forum.settings.add_category(GUILD, "Health")
    question = await ask(forum, title=TITLE, body="I wonder.", category="health", tags="bees home")
    view = await see(forum, question)
    assert (view.title, view.body, view.tags) == (TITLE, "I wonder.", ("bees", "home"))
    assert (view.category, view.category_id) == ("Health", health.id)
    assert (view.author.name, view.author.points) == ("Ada", 120)
    assert (view.kind, view.state, view.stage) == (Kind.QUESTION, State.OPEN, Stage.UNANSWERED)


async def test_a_question_earns_points_only_once_discord_shows_it(forum: Forum) -> None:
    question = await forum.questions.ask(person(ADA), FORUM, draft(), "i:1")
    assert await points(forum, ADA) == 100
    await forum.questions.opened(GUILD, question, 7, 7, [])
    await forum.questions.opened(GUILD, question, 7, 7, [])
    assert await points(forum, ADA) == 120


async def test_the_same_interaction_twice_is_one_question(forum: Forum) -> None:
    first = await forum.questions.ask(person(ADA), FORUM, draft(), "i:1")
    assert await forum.questions.ask(person(ADA), FORUM, draft(), "i:1") == first
    assert [place.id for place in await forum.questions.unopened()] == [first]


async def test_a_word_for_word_repeat_is_refused_and_says_where_the_first_is(
    forum: Forum,
) -> None:
    first = await ask(forum, title=TITLE)
    with pytest.raises(Repeated) as refused:
        await ask(forum, BEN, title="HOW do bees find home!")
    assert refused.value.post_id == first


async def test_the_same_title_with_another_body_is_no_repeat(forum: Forum) -> None:
    await ask(forum, title=TITLE)
    await ask(forum, BEN, title=TITLE, body="Even at night?")


async def test_only_the_newest_five_questions_are_looked_at_for_repeats(forum: Forum) -> None:
    await ask(forum, title=TITLE)
    for _ in range(5):
        await ask(forum)
    await ask(forum, title=TITLE)


async def test_another_servers_question_is_no_repeat(forum: Forum) -> None:
    await ask(forum, title=TITLE)
    await ask(forum, title=TITLE, guild=OTHER_GUILD)


async def test_a_deleted_question_may_be_asked_again(forum: Forum) -> None:
    first = await ask(forum, ADA, title=TITLE)
    await forum.removal.delete(GUILD, first, ADA, is_moderator=False)
    await ask(forum, ADA, title=TITLE)


async def test_a_members_own_forum_post_is_adopted_once(forum: Forum) -> None:
    question = await forum.questions.adopt(person(ADA), forum_post())
    assert question is not None
    assert await forum.questions.adopt(person(ADA), forum_post()) is None
    await forum.questions.opened(GUILD, question, 77, 78, [])
    assert await forum.questions.adopt(person(ADA), forum_post()) is None
    assert (await forum.questions.here(GUILD, 77)).id == question
    assert (await see(forum, question)).source_id == 77


async def test_an_adopted_question_is_found_at_both_its_messages(forum: Forum) -> None:
    question = await forum.questions.adopt(person(ADA), forum_post())
    assert question is not None
    await forum.questions.opened(GUILD, question, 77, 78, [79])
    for message in (77, 78, 79):
        place = await forum.questions.at_message(GUILD, message)
        assert place is not None
        assert place.id == question
    assert await forum.questions.at_message(GUILD, 80) is None
    assert await forum.questions.at_message(OTHER_GUILD, 77) is None


async def test_a_question_asked_by_command_is_not_adopted_as_well(forum: Forum) -> None:
    question = await ask(forum)
    assert await forum.questions.adopt(person(ADA), forum_post(message_of(question))) is None


async def test_a_deleted_question_is_not_adopted_again(forum: Forum) -> None:
    question = await forum.questions.adopt(person(ADA), forum_post())
    assert question is not None
    await forum.questions.opened(GUILD, question, 77, 78, [])
    await forum.removal.thread_vanished(GUILD, 77)
    assert await forum.questions.adopt(person(ADA), forum_post()) is None


async def test_what_a_crash_left_halfway_is_found_until_it_is_given_up(forum: Forum) -> None:
    question = await forum.questions.ask(person(ADA), FORUM, draft(), "i:1")
    (left,) = await forum.questions.unopened()
    assert (left.id, left.state) == (question, State.OPENING)
    await forum.questions.abandon(question)
    assert await forum.questions.unopened() == []
    with pytest.raises(NotFound):
        await forum.questions.find(GUILD, question)


async def test_outside_a_questions_thread_there_is_no_question_here(forum: Forum) -> None:
    question = await ask(forum)
    assert (await forum.questions.here(GUILD, message_of(question))).id == question
    for guild, thread in [(GUILD, 5), (OTHER_GUILD, message_of(question))]:
        with pytest.raises(NotFound):
            await forum.questions.here(guild, thread)


async def test_a_post_of_another_server_is_not_found(forum: Forum) -> None:
    question = await ask(forum)
    with pytest.raises(NotFound):
        await forum.questions.find(OTHER_GUILD, question)
    assert await forum.cards.view(OTHER_GUILD, question) is None


async def test_only_the_author_may_switch_notices(forum: Forum) -> None:
    question = await ask(forum, ADA)
    await forum.questions.notify(person(ADA), question, wanted=False)
    assert not (await see(forum, question)).notify
    with pytest.raises(NotAllowed):
        await forum.questions.notify(person(BEN), question, wanted=True)


async def test_a_locked_thread_closes_its_question_and_unlocking_reopens_it(forum: Forum) -> None:
    question = await ask(forum)
    await forum.questions.lock(GUILD, message_of(question), closed=True)
    assert (await see(forum, question)).stage is Stage.CLOSED
    with pytest.raises(NotAllowed):
        await answer(forum, question)
    await forum.questions.lock(GUILD, message_of(question), closed=False)
    assert (await see(forum, question)).stage is Stage.UNANSWERED
    await answer(forum, question)


async def test_locking_a_locked_thread_draws_nothing(forum: Forum) -> None:
    question = await ask(forum)
    await forum.questions.lock(GUILD, message_of(question), closed=True)
    before = await see(forum, question)
    await forum.questions.lock(GUILD, message_of(question), closed=True)
    await forum.questions.lock(GUILD, 5, closed=True)
    assert await see(forum, question) == before


async def test_renaming_an_adopted_posts_thread_renames_the_question(forum: Forum) -> None:
    question = await forum.questions.adopt(person(ADA), forum_post())
    assert question is not None
    await forum.questions.opened(GUILD, question, 77, 78, [])
    assert await forum.questions.retitle(GUILD, 77, "How do wasps find home?")
    assert not await forum.questions.retitle(GUILD, 77, "How do wasps find home?")
    assert (await see(forum, question)).title == "How do wasps find home?"
    assert len(await forum.edits.history(GUILD, question)) == 2


async def test_renaming_the_thread_of_an_asked_question_changes_nothing(forum: Forum) -> None:
    question = await ask(forum, title=TITLE)
    assert not await forum.questions.retitle(GUILD, message_of(question), "Another name for it")
    assert (await see(forum, question)).title == TITLE


async def test_the_first_revision_has_the_tags_it_was_asked_with(forum: Forum) -> None:
    question = await ask(forum, title=TITLE, tags="bees home")
    ((first, editor),) = await forum.edits.history(GUILD, question)
    assert (first.title, first.tags, editor) == (TITLE, ("bees", "home"), "Ada")


async def test_an_anonymous_question_shows_the_chosen_name_and_no_points(forum: Forum) -> None:
    question = await ask(forum, ADA, display_name="A friend")
    view = await see(forum, question)
    assert (view.author.name, view.author.points) == ("A friend", None)
    assert await points(forum, ADA) == 100


async def test_a_new_image_has_the_card_drawn_again(forum: Forum) -> None:
    question = await ask(forum)
    before = (await see(forum, question)).version
    await forum.questions.illustrate(question, "bees.png")
    view = await see(forum, question)
    assert view.image == "bees.png"
    assert view.version > before


async def test_a_post_deleted_while_it_was_being_shown_stays_deleted(forum: Forum) -> None:
    settings = await forum.settings.of(GUILD)
    drafted = parse_question(settings, [], title=TITLE)
    question = await forum.questions.ask(person(ADA), FORUM, drafted, "i:1")
    await forum.removal.delete(GUILD, question, ADA, is_moderator=False)
    await forum.questions.opened(GUILD, question, 7, 7, [])
    assert (await see(forum, question)).state is State.DELETED
    assert await forum.cards.stale() == [(GUILD, question)]
    assert await points(forum, ADA) == 100


async def test_an_edit_makes_its_question_active(forum: Forum, clock: Clock) -> None:
    question = await ask(forum)
    clock.pass_by(hours=1)
    assert await forum.repairs.active(FORUM, clock.now) == []
    text = NewText("With a new body", "How do bees find home again?")
    await forum.edits.apply(person(ADA), question, 1, text, is_moderator=False)
    assert [place.id for place in await forum.repairs.active(FORUM, clock.now)] == [question]
