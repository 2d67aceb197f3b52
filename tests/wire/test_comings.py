"""Forums, servers, members and accounts go away and come back: what counted still counts."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.wire.soundness import rows, unsound
from tests.wire.state import FORUM, Channel, Message
from tests.wire.town import UP, Town, score


async def debate(place: Town) -> tuple[Channel, list[Message]]:
    """A question with an answer, and a vote on it."""
    thread = await place.ask(place.member("ada"), "Why does my radio only hum?")
    await place.answer(place.member("ben"), thread)
    question, answer = place.cards(thread)
    place.member("cy").react(answer, UP)
    await place.quiet()
    return thread, [question, answer]


async def points(place: Town, name: str) -> int:
    member = place.member(name)
    found = await place.bot.forum.members.profile(place.guild.id, member.id, name)
    return found.points


@pytest.mark.parametrize("kicked", [True, False])
async def test_what_happens_while_the_server_is_out_of_reach_is_known_once_it_is_back(
    place: Town, kicked: bool
) -> None:
    thread, (question, answer) = await debate(place)
    lost = await place.ask(place.member("ada"), "Where do the swifts sleep?")
    place.discord.withdraw(place.guild, kicked=kicked)
    await place.quiet()
    place.member("dee").react(question, UP)
    place.member("cy").unreact(answer, UP)
    place.member("dee").say(thread, "Mine hums too.")
    place.discord.remove(lost)
    await place.minute()

    place.discord.give_back(place.guild)
    await place.quiet()
    await place.minute()

    assert (score(question), score(answer)) == ("+1 vote", "0 votes")
    stored = await rows(place, "SELECT body FROM posts WHERE kind = 'comment' AND state = 'open'")
    assert [row.body for row in stored] == ["Mine hums too."]
    states = await rows(place, "SELECT state FROM posts WHERE kind = 'question' ORDER BY id")
    assert [row.state for row in states] == ["open", "deleted"]
    assert await unsound(place) == []


async def test_until_when_all_is_known_stands_still_while_a_server_is_out_of_reach(
    place: Town,
) -> None:
    await place.minute()
    before = await place.bot.forum.repairs.seen_at(place.guild.id)
    place.discord.withdraw(place.guild, kicked=False)
    await place.quiet()

    await place.minute()

    assert await place.bot.forum.repairs.seen_at(place.guild.id) == before


async def test_a_deleted_forum_is_made_again_by_setup_and_takes_questions(place: Town) -> None:
    await debate(place)
    earned = await points(place, "ben")
    for thread in place.threads:
        place.discord.remove(thread)
    place.discord.remove(place.forum)
    await place.quiet()
    ada = place.member("ada")
    refused = await ada.slash(place.welcome, "ask")
    assert "/setup" in refused.text()

    done = await place.owner.slash(place.welcome, "setup")
    await place.quiet()
    thread = await place.ask(ada, "Which glue holds on oiled teak?")

    assert "I created" in done.text()
    assert thread.parent_id == place.forum.id
    assert [c.type for c in place.discord.world.channels.values()].count(FORUM) == 1
    place.member("cy").react(place.cards(thread)[0], UP)
    await place.quiet()
    assert score(place.cards(thread)[0]) == "+1 vote"
    assert await points(place, "ben") <= earned


async def test_a_member_who_leaves_and_returns_finds_points_posts_and_votes(place: Town) -> None:
    _, (question, answer) = await debate(place)
    ben, cy = place.member("ben"), place.member("cy")
    earned = await points(place, "ben")
    for who in (ben, cy):
        del place.guild.members[who.id]
    place.discord.gateway.forget()
    await place.quiet()
    await place.minute()
    assert score(answer) == "+1 vote"

    for who in (ben, cy):
        place.discord.world.join(place.guild, who.user)
    cy.react(question, UP)
    ben.react(answer, UP)
    await place.quiet()

    assert await points(place, "ben") == earned
    assert (score(question), score(answer)) == ("+1 vote", "+1 vote")
    form = await ben.click(answer, "Edit")
    assert form.modal is not None
    assert await unsound(place) == []


async def test_a_suspended_member_who_leaves_and_returns_is_still_suspended(place: Town) -> None:
    _, (question, _) = await debate(place)
    dee = place.member("dee")
    until = datetime.now(UTC) + timedelta(days=3)
    await place.bot.forum.members.suspend(place.guild.id, dee.id, until)
    del place.guild.members[dee.id]
    place.discord.world.join(place.guild, dee.user)

    dee.react(question, UP)
    await place.quiet()

    assert score(question) == "0 votes"
    assert await place.ballots() == place.shown()


async def test_a_deleted_accounts_posts_and_votes_stay_and_are_shown(place: Town) -> None:
    _, (question, answer) = await debate(place)
    for name in ("ben", "cy"):
        who = place.member(name)
        who.user.name = f"Deleted User {who.id % 10_000}"
        del place.guild.members[who.id]
    place.discord.gateway.forget()
    await place.quiet()
    place.member("dee").react(answer, UP)
    await place.quiet()
    await place.minute()

    assert (score(question), score(answer)) == ("0 votes", "+2 votes")
    assert await unsound(place) == []


async def test_a_server_joined_for_the_first_time_costs_nothing_until_it_is_set_up(
    place: Town,
) -> None:
    other = place.discord.found_guild("Other")
    place.discord.calls.clear()
    place.discord.give_back(other)
    await place.quiet()
    await place.minute()

    assert place.discord.calls == []
