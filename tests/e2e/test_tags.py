"""Forum tags and locks: what a post carries, what gives way, and who has the last word."""

from tests.e2e.town import Town, told
from tests.e2e.watch import THREAD_EDITS, Requests, add_tags, lock, tags

TITLE = "Why does my radio only hum?"


def said(place: Town) -> str:
    """The last plain line of the bot in the first thread."""
    return place.threads[0].history()[-1].content


async def test_a_question_carries_its_state_and_its_category(place: Town) -> None:
    ada = place.member("ada")
    await place.admin.slash(place.welcome, "category add", name="Music")
    thread = await place.ask(ada, TITLE, category="Music")
    assert tags(place, thread) == ["Unanswered", "Music"]
    shown = await ada.click(place.card(thread), label="Edit")
    await place.fill(ada, shown, category="Gadgets")
    assert tags(place, thread) == ["Unanswered", "Gadgets"]


async def test_a_members_own_tags_stay_as_far_as_there_is_room(place: Town) -> None:
    names = ["old", "loud", "urgent", "blue", "heavy"]
    theirs = add_tags(place, *names)
    thread = await place.post(place.member("ada"), TITLE, "It hums all day.", tags=theirs)
    assert set(tags(place, thread)) == {"Unanswered", "old", "loud", "urgent", "blue"}
    assert said(place) == "-# Discord allows five tags, so **heavy** made room for **Unanswered**."
    before = len(thread.history())
    await place.answer(place.member("ben"), thread)
    assert set(tags(place, thread)) == {"Answered", "old", "loud", "urgent", "blue"}
    assert len(thread.history()) == before + 1


async def test_a_state_changed_by_hand_is_put_right(place: Town) -> None:
    (blue,) = add_tags(place, "blue")
    thread = await place.ask(place.member("ada"), TITLE)
    backend = place.env.backend
    unanswered, gadgets = backend.get_channel(thread.id).applied_tags
    backend.edit_channel(thread.id, {"applied_tags": [gadgets, blue]})
    await place.env.settle()
    assert set(tags(place, thread)) == {"Unanswered", "Gadgets", "blue"}
    requests = Requests(place)
    backend.edit_channel(thread.id, {"applied_tags": [blue, unanswered, gadgets]})
    await place.env.settle()
    assert requests.writes() == []


async def test_a_state_tag_that_was_deleted_stops_nothing(place: Town) -> None:
    thread = await place.ask(place.member("ada"), TITLE)
    backend = place.env.backend
    kept = [
        tag
        for tag in backend.get_channel(place.forum.id).available_tags
        if tag["name"] != "Answered"
    ]
    backend.edit_channel(place.forum.id, {"available_tags": kept})
    await place.env.settle()
    await place.answer(place.member("ben"), thread)
    assert tags(place, thread) == ["Gadgets"]
    requests = Requests(place)
    await place.env.advance_time(130)
    assert requests.writes() == []
    await place.admin.slash(place.welcome, "setup")
    await place.answer(place.member("cy"), thread, body="Something entirely different helped.")
    assert set(tags(place, thread)) == {"Gadgets", "Answered"}


async def test_without_manage_threads_cards_follow_and_tags_stay(place: Town) -> None:
    thread = await place.ask(place.member("ada"), TITLE)
    place.forbid(place.forum, "manage_threads")
    requests = Requests(place)
    await place.answer(place.member("ben"), thread)
    assert requests.like(*THREAD_EDITS) == []
    assert "💬 Answered" in str(place.card(thread).embeds[0].author.name)
    assert tags(place, thread) == ["Unanswered", "Gadgets"]
    assert await place.bot.forum.cards.stale() == []


async def test_a_locked_thread_is_a_closed_question_until_it_is_unlocked(place: Town) -> None:
    ada, ben = place.member("ada"), place.member("ben")
    thread = await place.ask(ada, TITLE)
    answer = await place.answer(ben, thread)
    lock(place, thread)
    await place.env.settle()
    card = place.card(thread)
    assert "🔒 Closed" in str(card.embeds[0].author.name)
    assert tags(place, thread) == ["Closed", "Gadgets"]
    assert "'Answer'" not in str(card.components)
    refused = await place.member("cy").slash(thread, "answer")
    assert "This question is closed" in place.refused(refused)
    await ada.click(answer, label="Accept")
    assert tags(place, thread) == ["Closed", "Gadgets"]

    lock(place, thread, locked=False)
    await place.env.settle()
    assert tags(place, thread) == ["Solved", "Gadgets"]
    shown = await place.member("cy").slash(thread, "answer")
    body = "Something entirely different helped me."
    assert "Your answer is here" in told(await place.fill(place.member("cy"), shown, body=body))
