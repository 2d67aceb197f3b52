from bot.domain.posts import Kind
from bot.services.answers import Message
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
    answer,
    ask,
    comment,
    message,
    message_of,
    person,
    points,
    see,
)


async def parents(forum: Forum, question: int) -> list[int | None]:
    return [place.parent_id for place in await forum.comments.under(GUILD, question)]


async def test_a_message_in_a_questions_thread_is_a_comment_on_the_question(forum: Forum) -> None:
    question = await ask(forum)
    remark = await comment(forum, question, CID, "Nice one")
    (place,) = await forum.comments.under(GUILD, question)
    assert (place.id, place.kind, place.author_id) == (remark, Kind.COMMENT, CID)
    assert (place.body, place.parent_id) == ("Nice one", question)


async def test_a_reply_to_a_card_is_a_comment_on_that_post(forum: Forum) -> None:
    question = await ask(forum)
    reply = await answer(forum, question)
    await comment(forum, question, reply_to=message_of(reply))
    await comment(forum, question, reply_to=message_of(question))
    assert await parents(forum, question) == [reply, question]


async def test_a_reply_to_a_comment_joins_what_that_was_a_comment_on(forum: Forum) -> None:
    question = await ask(forum)
    reply = await answer(forum, question)
    await comment(forum, question, reply_to=message_of(reply))
    (first,) = await forum.comments.under(GUILD, question)
    await comment(forum, question, reply_to=first.message_id)
    assert await parents(forum, question) == [reply, reply]


async def test_a_reply_to_something_unknown_is_a_comment_on_the_question(forum: Forum) -> None:
    question, other = await ask(forum), await ask(forum)
    await comment(forum, question, reply_to=42)
    await comment(forum, question, reply_to=message_of(other))
    assert await parents(forum, question) == [question, question]


async def test_a_message_is_kept_once_however_often_it_comes(forum: Forum) -> None:
    question = await ask(forum)
    said = message(question)
    assert await forum.comments.record(person(CID), said) is not None
    assert await forum.comments.record(person(CID), said) is None
    assert len(await forum.comments.under(GUILD, question)) == 1


async def test_messages_outside_question_threads_are_not_kept(forum: Forum) -> None:
    question = await ask(forum)
    assert await forum.comments.record(person(CID), Message(9, 5, "hello", START)) is None
    assert await forum.comments.record(person(CID, OTHER_GUILD), message(question)) is None


async def test_a_deleted_questions_thread_takes_no_more_comments(forum: Forum) -> None:
    question = await ask(forum, ADA)
    await forum.removal.delete(GUILD, question, ADA, is_moderator=False)
    assert await forum.comments.record(person(CID), message(question)) is None


async def test_a_comment_is_worth_no_points(forum: Forum) -> None:
    await comment(forum, await ask(forum), CID)
    assert await points(forum, CID) == 100


async def test_an_edited_comment_is_kept_with_what_it_said_before(forum: Forum) -> None:
    question = await ask(forum)
    said = message(question, "Frist")
    remark = await forum.comments.record(person(CID), said)
    assert remark is not None
    assert await forum.comments.follow(GUILD, said.id, "First")
    assert not await forum.comments.follow(GUILD, said.id, "First")
    (place,) = await forum.comments.under(GUILD, question)
    assert place.body == "First"
    texts = [version.body for version, _ in await forum.edits.history(GUILD, remark)]
    assert texts == ["Frist", "First"]


async def test_an_adopted_question_follows_its_message(forum: Forum) -> None:
    post = ForumPost(FORUM, 77, "How do bees find home?", "They do", START)
    question = await forum.questions.adopt(person(ADA), post)
    assert question is not None
    await forum.questions.opened(GUILD, question, 77, 78, [])
    assert await forum.comments.follow(GUILD, 77, "They really do")
    assert (await see(forum, question)).body == "They really do"


async def test_a_promoted_answer_follows_its_message(forum: Forum) -> None:
    question = await ask(forum)
    said = message(question, "Look at teh sun")
    reply = await forum.answers.promote(person(CID), said)
    await forum.answers.opened(GUILD, reply, 9, [])
    before = (await see(forum, question)).version
    assert await forum.comments.follow(GUILD, said.id, "Look at the sun")
    view = await see(forum, question)
    assert view.answers[0].excerpt == "Look at the sun"
    assert view.version > before


async def test_a_card_of_ours_is_not_followed_and_neither_is_an_unknown_message(
    forum: Forum,
) -> None:
    question = await ask(forum, body="As asked")
    assert not await forum.comments.follow(GUILD, message_of(question), "Other")
    assert not await forum.comments.follow(GUILD, 42, "Other")
    assert (await see(forum, question)).body == "As asked"


async def test_another_servers_edit_changes_nothing(forum: Forum) -> None:
    question = await ask(forum)
    said = message(question, "Mine")
    await forum.comments.record(person(BEN), said)
    assert not await forum.comments.follow(OTHER_GUILD, said.id, "Theirs")
    assert await forum.comments.under(OTHER_GUILD, question) == []
