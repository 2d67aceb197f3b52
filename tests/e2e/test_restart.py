"""Restarts and crashes: nothing is posted twice, nothing stays half-way, buttons go on working."""

import asyncio

from simcord import ChannelHandle
from sqlalchemy import text

from bot.domain.drafts import AnswerDraft, QuestionDraft
from bot.domain.posts import State
from bot.domain.votes import Vote
from bot.services.drafts import origin
from bot.services.people import Asker
from tests.e2e.town import ANSWER, BODY, UP, Town, labels, offer, told
from tests.e2e.watch import EDITS, Requests, archive, away, tags

TITLE = "Why does my radio only hum?"
LONG = "🦆" * 4000
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 64


def person(place: Town, name: str) -> Asker:
    """A member as services know them."""
    return Asker(place.guild.id, place.member(name).id, name)


async def ask_and_crash(place: Town) -> int:
    """Store a question, and die before Discord hears of it."""
    draft = QuestionDraft(TITLE, BODY, None, (), None)
    return await place.bot.forum.questions.ask(person(place, "ada"), place.forum.id, draft, "x:1")


async def crash_before_noting(place: Town, post_id: int, *, keep: str = "") -> None:
    """Forget what the second transaction noted of a post that Discord shows."""
    gone = [column for column in ("thread_id", "message_id") if column != keep]
    unset = ", ".join(f"{column} = NULL" for column in gone)
    async with place.bot.database.write() as tx:
        await tx.execute(text(f"UPDATE posts SET state = 'opening', {unset} WHERE id = {post_id}"))
        await tx.execute(text(f"DELETE FROM pages WHERE post_id = {post_id}"))


async def state(place: Town, post_id: int) -> str:
    """In which state a post is stored."""
    async with place.bot.database.read() as tx:
        found = await tx.scalar(text(f"SELECT state FROM posts WHERE id = {post_id}"))
    return str(found)


def shown(thread: ChannelHandle) -> int:
    """How many messages the bot has in a thread."""
    return sum(bool(message.embeds) for message in thread.history())


async def test_a_question_that_was_only_stored_is_posted_after_the_start(place: Town) -> None:
    await ask_and_crash(place)
    assert place.threads == []
    await place.restart()
    (thread,) = place.threads
    assert place.card(thread).embeds[0].title == TITLE
    assert tags(place, thread) == ["Unanswered"]
    await place.member("ben").react(place.card(thread), UP)
    assert await place.score(thread) == "+1 vote"
    assert await place.points(place.member("ada")) == 130


async def test_a_question_whose_thread_exists_gets_no_second_one(place: Town) -> None:
    thread = await place.ask(place.member("ada"), TITLE, body=LONG)
    before = shown(thread)
    assert before > 1
    await crash_before_noting(place, 1)
    await place.restart()
    assert [item.id for item in place.threads] == [thread.id]
    assert shown(thread) == before
    await place.restart()
    assert shown(thread) == before
    assert await state(place, 1) == State.OPEN


async def test_a_thread_archived_since_is_found_too(place: Town) -> None:
    thread = await place.ask(place.member("ada"), TITLE)
    await crash_before_noting(place, 1)
    place.env.backend.advance_clock(86_400 * 2)
    with away(place):
        archive(place, thread)
    await place.restart()
    assert [item.id for item in place.threads] == [thread.id]
    assert await state(place, 1) == State.OPEN


async def test_two_questions_of_one_name_are_not_mixed_up(place: Town) -> None:
    first = await place.ask(place.member("ada"), TITLE)
    second = await place.ask(place.member("ben"), TITLE, body="Mine hums in another way.")
    await crash_before_noting(place, 1)
    await crash_before_noting(place, 2)
    await place.restart()
    assert len(place.threads) == 2
    for number, thread in ((1, first), (2, second)):
        found = await place.bot.forum.questions.find(place.guild.id, number)
        assert found.thread_id == thread.id


async def ask_with_image_and_crash(place: Town) -> None:
    """Store a question with an image, and die before Discord hears of it."""
    ada = place.member("ada")
    await ada.slash(place.welcome, "ask", title=TITLE, image=("photo.png", PNG))
    draft = QuestionDraft(TITLE, BODY, None, (), None)
    who, forum = person(place, "ada"), place.bot.forum.questions
    await forum.ask(who, place.forum.id, draft, origin("question", 1), "photo.png")


async def test_the_image_of_a_question_outlives_a_crash(place: Town) -> None:
    await ask_with_image_and_crash(place)
    await place.restart()
    card = place.card(place.threads[0])
    assert [file.filename for file in card.attachments] == ["photo.png"]
    assert card.embeds[0].image.url == "attachment://photo.png"


async def test_a_question_whose_image_is_lost_is_posted_without_it(place: Town) -> None:
    await ask_with_image_and_crash(place)
    async with place.bot.database.write() as tx:
        await tx.execute(text("DELETE FROM drafts"))
    await place.restart()
    card = place.card(place.threads[0])
    assert card.attachments == []
    assert card.embeds[0].image.url is None


async def test_an_answer_that_was_only_stored_is_posted_after_the_start(place: Town) -> None:
    thread = await place.ask(place.member("ada"), TITLE)
    ben = person(place, "ben")
    await place.bot.forum.answers.answer(ben, 1, AnswerDraft(ANSWER, None), "x:2")
    await place.restart()
    assert place.card(thread, 1).embeds[0].description == ANSWER
    assert len(place.letters(place.member("ada"))) == 1


async def test_an_answer_that_stands_already_is_not_sent_again(place: Town) -> None:
    ada, ben = place.member("ada"), place.member("ben")
    thread = await place.ask(ada, TITLE)
    await place.answer(ben, thread, body=LONG)
    before = shown(thread)
    await crash_before_noting(place, 2, keep="thread_id")
    await place.restart()
    await place.restart()
    assert shown(thread) == before
    assert await state(place, 2) == State.OPEN
    assert await place.points(ben) == 140
    await ada.react(place.card(thread, 1), UP)
    assert await place.score(thread, 1) == "+1 vote"


async def test_pages_that_a_crash_kept_back_follow(place: Town) -> None:
    thread = await place.ask(place.member("ada"), TITLE)
    await place.answer(place.member("ben"), thread, body=LONG)
    before = shown(thread)
    with away(place):
        place.env.backend.delete_message(thread.id, thread.history()[-1].id)
    await crash_before_noting(place, 2, keep="thread_id")
    await place.restart()
    assert shown(thread) == before


async def test_what_can_never_be_posted_is_given_up(place: Town) -> None:
    await ask_and_crash(place)
    with away(place):
        place.env.backend.delete_channel(place.forum.id)
    await place.restart()
    assert await state(place, 1) == State.ABANDONED


async def test_what_discord_refused_once_is_posted_at_the_next_start(place: Town) -> None:
    await ask_and_crash(place)
    place.env.inject_error("POST", "/channels/*/threads", status=500, times=1)
    await place.restart()
    assert await state(place, 1) == State.OPENING
    await place.restart()
    assert await state(place, 1) == State.OPEN
    assert len(place.threads) == 1


async def test_cards_that_were_not_drawn_are_drawn_after_the_start(place: Town) -> None:
    ben = place.member("ben")
    thread = await place.ask(place.member("ada"), TITLE)
    card = place.card(thread)
    place.bot.refresher._running = False
    with away(place):
        place.env.backend.set_reaction(thread.id, card.id, UP, ben.id, True)
    await place.bot.forum.votes.cast(place.guild.id, card.id, ben.id, Vote.UP)
    assert await place.score(thread) == "0 votes"
    requests = Requests(place)
    await place.restart()
    assert await place.score(thread) == "+1 vote"
    assert len(requests.like(*EDITS)) == 1
    nothing = await place.admin.slash(place.welcome, "repairs")
    assert "Nothing had to be repaired" in place.refused(nothing)


async def test_every_button_and_open_form_works_after_a_restart(place: Town) -> None:
    ada, ben = place.member("ada"), place.member("ben")
    asking = await ada.click(place.welcome.history()[0], label="Ask a question")
    await place.restart()
    await place.fill(ada, asking, title=TITLE, body=BODY)
    (thread,) = place.threads
    form = await ben.click(place.card(thread), label="Answer")
    edit = await ada.click(place.card(thread), label="Edit")
    more = await ada.click(place.card(thread), label="More")
    await place.restart()
    assert "Your answer is here" in told(await place.fill(ben, form, body=ANSWER))
    assert "saved" in told(await place.fill(ada, edit, body="It hums as soon as it is on."))
    assert "Revision" in told(await ada.click(offer(more), label="History"))
    sure = await ada.click(offer(more), label="Delete")
    await place.restart()
    assert "accepted" in told(await ada.click(place.card(thread, 1), label="Accept"))
    assert "Others have helped" in told(await ada.click(offer(sure), label=labels(sure)[0]))


async def test_a_draft_outlives_a_restart(place: Town) -> None:
    ada = place.member("ada")
    shown_form = await ada.slash(place.welcome, "ask")
    refused = await place.fill(ada, shown_form, title="Radio?", body=BODY)
    await place.restart()
    form = await ada.click(offer(refused), label=labels(refused)[0])
    await place.fill(ada, form, title=TITLE)
    assert place.card(place.threads[0]).embeds[0].description == BODY


async def test_closing_stores_what_was_received_and_ends_what_is_drawn(place: Town) -> None:
    thread = await place.ask(place.member("ada"), TITLE)
    card = place.card(thread)
    voters = [place.member(f"voter{number}").id for number in range(20)]
    casting = [
        asyncio.create_task(place.bot.forum.votes.cast(place.guild.id, card.id, voter, Vote.UP))
        for voter in voters
    ]
    await asyncio.sleep(0)
    await place.bot.drain()
    assert all(task.done() for task in casting)
    assert place.bot.refresher._drawing == {}
    for voter in voters:
        found = await place.bot.forum.votes.explain(place.guild.id, 1, voter)
        assert found is not None
        assert found.vote is Vote.UP
    with away(place):
        for voter in voters:
            place.env.backend.set_reaction(thread.id, card.id, UP, voter, True)
    await place.restart()
    assert await place.score(thread) == "+20 votes"


async def test_a_post_given_up_cannot_be_reached_by_its_number(place: Town) -> None:
    number = await ask_and_crash(place)
    await place.bot.forum.questions.abandon(number)
    await place.restart()
    refused = await place.member("ada").slash(place.welcome, "edit", number=number)
    assert "not here any more" in place.refused(refused)


async def test_closing_does_not_wait_for_the_pause_between_two_drawings(place: Town) -> None:
    ben = place.member("ben")
    thread = await place.ask(place.member("ada"), TITLE)
    requests = Requests(place)
    place.bot.refresher._pause = 30
    place.env.backend.set_reaction(thread.id, place.card(thread).id, UP, ben.id, True)
    while await place.bot.forum.cards.stale() or not requests.like(*EDITS):
        continue
    await place.bot.forum.cards.stale()
    await asyncio.wait_for(place.bot.drain(), 2)
    assert place.bot.refresher._drawing == {}
    assert await place.score(thread) == "+1 vote"
