"""After a fresh session: what happened while the bot was away is found, mended and told."""

from pathlib import Path

import discord
import pytest
from simcord import ChannelHandle

from tests.e2e.town import ANSWER, DOWN, UP, Town, told, town
from tests.e2e.watch import (
    HISTORIES,
    TAKEN_OFF,
    VOTERS,
    Requests,
    archive,
    away,
    is_archived,
    lock,
    tags,
)

TITLE = "Why does my radio only hum?"


@pytest.fixture
def reports(place: Town) -> ChannelHandle:
    """A channel that only moderators read."""
    return place.guild.create_text_channel("moderators")


async def report_in(place: Town, channel: ChannelHandle) -> None:
    """Have repairs told in a channel."""
    assert "reports_channel" in await place.choose("reports_channel", str(channel.id))


def reported(channel: ChannelHandle) -> list[str]:
    """What the moderators were told."""
    return [message.content for message in channel.history()]


def shown(message: discord.Message) -> dict[str, int]:
    """How often each emoji shows on a message."""
    return {str(reaction.emoji): reaction.count for reaction in message.reactions}


async def all_agrees(place: Town) -> bool:
    """Whether a recount finds every number right."""
    return (await place.bot.forum.recount.guild(place.guild.id)).none


async def test_votes_cast_while_the_bot_was_away_are_counted_after_its_return(
    place: Town, reports: ChannelHandle
) -> None:
    ada, ben, cy, dee = (place.member(name) for name in ("ada", "ben", "cy", "dee"))
    await report_in(place, reports)
    thread = await place.ask(ada, TITLE)
    answer = await place.answer(ben, thread)
    await ben.react(place.card(thread), UP)
    await cy.react(answer, UP)
    with away(place):
        await cy.react(place.card(thread), UP)
        await dee.react(place.card(thread), UP)
        await ben.unreact(place.card(thread), UP)
        await ben.react(place.card(thread), DOWN)
        await cy.unreact(answer, UP)

    await place.restart()

    assert await place.score(thread) == "+1 vote"
    assert await place.score(thread, 1) == "0 votes"
    assert await place.points(cy) == 110
    assert await all_agrees(place)
    assert reported(reports) == ["After an outage I repaired: 3 votes added, 1 vote removed."]
    said = told(await place.admin.slash(place.welcome, "repairs"))
    assert "3 votes added, 1 vote removed" in said
    assert "repairs" not in ada.available_commands(place.welcome)


async def test_nothing_is_told_or_changed_when_nothing_was_missed(
    place: Town, reports: ChannelHandle
) -> None:
    ada, ben = place.member("ada"), place.member("ben")
    await report_in(place, reports)
    thread = await place.ask(ada, TITLE)
    answer = await place.answer(ben, thread)
    await ada.react(answer, UP)
    await ben.send(thread, "Have you tried another plug?")
    requests = Requests(place)
    await place.restart()
    assert [write for write in requests.writes() if "/channels/" in write] == []
    assert reported(reports) == []
    nothing = await place.admin.slash(place.welcome, "repairs")
    assert "Nothing had to be repaired" in place.refused(nothing)


async def test_one_page_of_history_tells_the_votes_of_many_messages(place: Town) -> None:
    ada, ben, cy = (place.member(name) for name in ("ada", "ben", "cy"))
    thread = await place.ask(ada, TITLE)
    for number in range(8):
        answer = await place.answer(ben, thread, body=f"Try plug number {number}.")
        await cy.react(answer, UP)
    with away(place):
        await ada.react(place.card(thread, 3), DOWN)
    requests = Requests(place)
    await place.restart()
    assert await place.score(thread, 3) == "0 votes"
    assert len(requests.like(*HISTORIES)) == 1
    asked = requests.like(*VOTERS)
    assert len(asked) == 2
    assert all(str(place.card(thread, 3).id) in path for path in asked)


async def test_votes_that_never_counted_are_taken_off(place: Town) -> None:
    ada, ben = place.member("ada"), place.member("ben")
    robot = place.guild.add_member(place.env.create_user("robot", bot=True))
    thread = await place.ask(ada, TITLE)
    card = place.card(thread)
    await ben.react(card, UP)
    with away(place):
        await ada.react(card, UP)
        await ben.react(card, DOWN)
    await place.restart()
    assert shown(place.card(thread)) == {UP: 1, DOWN: 2}
    assert await place.score(thread) == "–1 vote"
    said = told(await ada.slash(place.welcome, "why", number=1))
    assert "Nobody can vote on their own post" in said
    with away(place):
        await robot.react(card, UP)
    await place.restart()
    assert await place.score(thread) == "–1 vote"
    assert await all_agrees(place)


async def test_comments_written_changed_and_deleted_meanwhile_are_followed(
    place: Town, reports: ChannelHandle
) -> None:
    ada, ben = place.member("ada"), place.member("ben")
    await report_in(place, reports)
    thread = await place.ask(ada, TITLE)
    kept = await ben.send(thread, "Have you tried another plug?")
    gone = await ben.send(thread, "Never mind me.")
    with away(place):
        await ben.send(thread, "It could be the wall as well.", reply_to=place.card(thread))
        await ben.edit(kept, "Have you tried another wall?")
        await ben.delete(gone)
    await place.restart()
    found = await place.bot.forum.comments.under(place.guild.id, 1)
    assert [item.body for item in found] == [
        "Have you tried another wall?",
        "It could be the wall as well.",
    ]
    told_of = "1 comment added, 1 edit followed, 1 deletion followed"
    assert reported(reports) == [f"After an outage I repaired: {told_of}."]


async def test_a_post_opened_meanwhile_is_adopted_with_its_comments(
    place: Town, reports: ChannelHandle
) -> None:
    ada, ben = place.member("ada"), place.member("ben")
    await report_in(place, reports)
    with away(place):
        thread = await place.post(ada, TITLE, "It hums all day.")
        await ben.send(thread, "Mine does so too.")
    await place.restart()
    assert place.card(thread).embeds[0].title == TITLE
    assert shown(place.card(thread)) == {UP: 1, DOWN: 1}
    (comment,) = await place.bot.forum.comments.under(place.guild.id, 1)
    assert comment.body == "Mine does so too."
    assert "1 question adopted, 1 comment added" in reported(reports)[0]
    await place.restart()
    assert len(place.cards(thread)) == 1
    assert len(reported(reports)) == 1


async def test_an_adopted_question_changed_meanwhile_is_followed(
    place: Town, reports: ChannelHandle
) -> None:
    ada = place.member("ada")
    await report_in(place, reports)
    thread = await place.post(ada, TITLE, "It hums all day.")
    with away(place):
        await ada.edit(thread.history()[0], "It hums all night.")
        place.env.backend.edit_channel(thread.id, {"name": "Why does my radio hum at night?"})
    await place.restart()
    place_now = await place.bot.forum.questions.find(place.guild.id, 1)
    assert place_now.body == "It hums all night."
    assert reported(reports) == ["After an outage I repaired: 2 edits followed."]
    assert place.card(thread).embeds[0].title == "Why does my radio hum at night?"


async def test_a_mark_of_the_asker_put_on_meanwhile_accepts(place: Town) -> None:
    ada, ben, cy = (place.member(name) for name in ("ada", "ben", "cy"))
    thread = await place.ask(ada, TITLE)
    first = await place.answer(ben, thread)
    second = await place.answer(cy, thread, body="Something entirely different helped me.")
    with away(place):
        await cy.react(first, "✅")
        await ada.react(second, "✅")
    await place.restart()
    assert place.card(thread, 2).embeds[0].author.name == "0 votes · ✅ Accepted answer"
    assert tags(place, thread) == ["Solved", "Gadgets"]
    assert await place.points(cy) == 440


async def test_locks_and_tags_changed_meanwhile_are_followed_and_mended(
    place: Town, reports: ChannelHandle
) -> None:
    await report_in(place, reports)
    locked = await place.ask(place.member("ada"), TITLE)
    bare = await place.ask(place.member("ben"), "Why is the sky blue at noon?")
    with away(place):
        lock(place, locked)
        place.env.backend.edit_channel(bare.id, {"applied_tags": []})
    await place.restart()
    assert "🔒 Closed" in str(place.card(locked).embeds[0].author.name)
    assert tags(place, locked) == ["Closed", "Gadgets"]
    assert tags(place, bare) == ["Unanswered", "Gadgets"]
    assert reported(reports) == ["After an outage I repaired: 1 tag mended."]


async def test_answers_and_threads_deleted_meanwhile_are_gone(
    place: Town, reports: ChannelHandle
) -> None:
    ada, ben = place.member("ada"), place.member("ben")
    await report_in(place, reports)
    thread = await place.ask(ada, TITLE)
    answer = await place.answer(ben, thread)
    other = await place.ask(ben, "Why is the sky blue at noon?")
    place.env.backend.advance_clock(86_400 * 3)
    await place.restart()
    with away(place):
        await place.admin.delete(answer)
        place.env.backend.delete_channel(other.id)
    await place.restart()
    assert "0 answers" in str(place.card(thread).embeds[0].author.name)
    assert await place.points(ben) == 100
    assert reported(reports) == ["After an outage I repaired: 2 deletions followed."]
    assert await all_agrees(place)


async def test_a_deleted_forum_keeps_its_questions_and_their_points(place: Town) -> None:
    ada = place.member("ada")
    await place.ask(ada, TITLE)
    with away(place):
        for thread in place.threads:
            place.env.backend.delete_channel(thread.id)
        place.env.backend.delete_channel(place.forum.id)
    await place.restart()
    server = await place.bot.forum.settings.server(place.guild.id)
    assert server.open_forums == ()
    assert await place.points(ada) == 120
    refused = await ada.slash(place.welcome, "ask")
    assert "/setup" in place.refused(refused)


async def test_a_forum_that_cannot_be_read_loses_nothing(place: Town) -> None:
    ada, ben = place.member("ada"), place.member("ben")
    thread = await place.ask(ada, TITLE)
    await place.answer(ben, thread)
    for permission in ("read_message_history", "view_channel"):
        place.forbid(place.forum, permission)
        requests = Requests(place)
        await place.restart()
        await place.env.advance_time(130)
        assert requests.like("GET", "/channels/*/threads/archived/public") == []
        place.forbid(place.forum)
        assert [await place.points(one) for one in (ada, ben)] == [120, 140]
    await place.restart()
    await ada.react(place.card(thread, 1), UP)
    assert await place.score(thread, 1) == "+1 vote"


async def test_a_server_that_discord_cannot_reach_loses_nothing(place: Town) -> None:
    thread = await place.ask(place.member("ada"), TITLE)
    ben = place.member("ben")
    place.env.backend.emit("GUILD_DELETE", {"id": str(place.guild.id), "unavailable": True})
    place.env.backend.emit("READY", ready(place))
    await place.env.settle()
    with away(place):
        await ben.react(place.card(thread), UP)
    await place.restart()
    assert (await place.bot.forum.settings.server(place.guild.id)).open_forums
    assert await place.score(thread) == "+1 vote"


def ready(place: Town) -> dict[str, object]:
    """The first event of a fresh session, in which the server is out of reach."""
    return {
        "v": 10,
        "user": {
            "id": str(place.env.backend.bot_user.id),
            "username": "askwell",
            "discriminator": "0",
            "avatar": None,
            "bot": True,
        },
        "guilds": [{"id": str(place.guild.id), "unavailable": True}],
        "session_id": "again",
        "resume_gateway_url": "wss://simcord.invalid",
        "shard": [0, 1],
        "application": {"id": "1", "flags": 0},
    }


async def test_one_thread_that_fails_stops_no_other_and_is_tried_again(place: Town) -> None:
    ben = place.member("ben")
    first = await place.ask(place.member("ada"), TITLE)
    second = await place.ask(place.member("ada"), "Why is the sky blue at noon?")
    with away(place):
        for thread in (first, second):
            await ben.react(place.card(thread), UP)
    place.env.inject_error("GET", f"/channels/{first.id}/messages", status=500)
    await place.restart()
    assert [await place.score(item) for item in (first, second)] == ["0 votes", "+1 vote"]
    await place.env.advance_time(130)
    assert await place.score(first) == "+1 vote"


async def test_an_archived_thread_is_read_only_when_something_could_have_happened(
    place: Town,
) -> None:
    old = await place.ask(place.member("ada"), TITLE)
    new = await place.ask(place.member("ada"), "Why is the sky blue at noon?")
    archive(place, old)
    await place.env.advance_time(3600)
    await place.restart()
    requests = Requests(place)
    with away(place):
        archive(place, new)
    await place.restart()
    assert requests.like(*HISTORIES) == [f"/channels/{new.id}/messages"]
    assert is_archived(place, old)
    assert is_archived(place, new)


async def test_without_message_content_no_stored_text_is_ever_lost(tmp_path: Path) -> None:
    async with town(tmp_path / "forum.db", "Gadgets") as place:
        ada, ben = place.member("ada"), place.member("ben")
        thread = await place.post(ada, TITLE, "It hums all day.")
        comment = await ben.send(thread, "Have you tried another plug?")
        await place.restart(message_content=False)
        await ben.edit(comment, "Have you tried another wall?")
        await place.restart(message_content=False)
        question = await place.bot.forum.questions.find(place.guild.id, 1)
        (kept,) = await place.bot.forum.comments.under(place.guild.id, 1)
        assert question.body == "It hums all day."
        assert kept.body == "Have you tried another plug?"
        await place.restart()
        (kept,) = await place.bot.forum.comments.under(place.guild.id, 1)
        assert kept.body == "Have you tried another wall?"


async def test_arrows_that_a_crash_kept_from_a_card_are_put_there(place: Town) -> None:
    thread = await place.ask(place.member("ada"), TITLE)
    with away(place):
        place.env.backend.clear_reactions(thread.id, place.card(thread).id)
    await place.restart()
    assert shown(place.card(thread)) == {UP: 1, DOWN: 1}


async def test_votes_that_may_not_be_taken_off_are_left_there_and_stay_refused(place: Town) -> None:
    ada = place.member("ada")
    place.forbid(place.forum, "manage_messages")
    thread = await place.ask(ada, TITLE)
    with away(place):
        await ada.react(place.card(thread), UP)
    for _ in range(2):
        requests = Requests(place)
        await place.restart()
        assert requests.like(*TAKEN_OFF) == []
        assert await place.score(thread) == "0 votes"
    nothing = await place.admin.slash(place.welcome, "repairs")
    assert "Nothing had to be repaired" in place.refused(nothing)


async def test_an_answer_missed_by_nobody_is_found_where_it_stands(place: Town) -> None:
    thread = await place.ask(place.member("ada"), TITLE)
    with away(place):
        answer = await place.member("ben").send(thread, ANSWER)
    await place.restart()
    result = await place.member("ada").context_menu(thread, "Turn into answer", answer)
    assert "is an answer now" in told(result)
