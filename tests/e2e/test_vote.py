"""Voting by reactions: what counts, what is taken back, and how it is told."""

from datetime import timedelta

import discord
import pytest
from simcord.backend import serializers

from tests.e2e.town import DOWN, UP, Town, offer, told
from tests.e2e.watch import ARROWS, TAKEN_OFF, Requests, statements

TITLE = "Why does my radio only hum?"
OWN = "Nobody can vote on their own post"


def shown(message: discord.Message) -> dict[str, int]:
    """How often each emoji shows on a message."""
    return {str(reaction.emoji): reaction.count for reaction in message.reactions}


def event(
    place: Town, message: discord.Message, voter: int, **changed: object
) -> dict[str, object]:
    """A reaction event as Discord's gateway sends it."""
    backend = place.env.backend
    guild = backend.get_guild(place.guild.id)
    return {
        "user_id": str(voter),
        "channel_id": str(message.channel.id),
        "message_id": str(message.id),
        "guild_id": str(place.guild.id),
        "member": serializers.member_payload(backend, guild, guild.members[voter]),
        "emoji": {"id": None, "name": UP},
        "burst": False,
        "type": 0,
        **changed,
    }


async def test_the_bot_puts_both_arrows_under_each_card(place: Town) -> None:
    thread = await place.ask(place.member("ada"), TITLE)
    answer = await place.answer(place.member("ben"), thread)
    for card in (place.card(thread), answer):
        assert shown(card) == {UP: 1, DOWN: 1}


async def test_a_vote_shows_on_the_card_and_pays_both(place: Town) -> None:
    ada, ben = place.member("ada"), place.member("ben")
    thread = await place.ask(ada, TITLE)
    await ben.react(place.card(thread), UP)
    assert await place.score(thread) == "+1 vote"
    assert (await place.points(ada), await place.points(ben)) == (130, 110)
    await ben.unreact(place.card(thread), UP)
    assert await place.score(thread) == "0 votes"
    assert (await place.points(ada), await place.points(ben)) == (120, 100)


async def test_the_other_arrow_replaces_the_first_which_is_taken_off(place: Town) -> None:
    ben = place.member("ben")
    thread = await place.ask(place.member("ada"), TITLE)
    await ben.react(place.card(thread), UP)
    await ben.react(place.card(thread), DOWN)
    assert await place.score(thread) == "–1 vote"
    assert shown(place.card(thread)) == {UP: 1, DOWN: 2}
    await ben.react(place.card(thread), UP)
    assert await place.score(thread) == "+1 vote"
    assert shown(place.card(thread)) == {UP: 2, DOWN: 1}


async def test_a_vote_on_ones_own_post_is_taken_off_and_told_of_once(place: Town) -> None:
    ada = place.member("ada")
    thread = await place.ask(ada, TITLE)
    for arrow in (UP, DOWN, UP):
        await ada.react(place.card(thread), arrow)
    assert shown(place.card(thread)) == {UP: 1, DOWN: 1}
    assert await place.score(thread) == "0 votes"
    (letter,) = place.letters(ada)
    assert letter.startswith("-# Your vote on #1 was not counted.")
    assert OWN in letter


async def test_one_whose_private_messages_are_closed_makes_no_error(place: Town) -> None:
    ada = place.member("ada")
    thread = await place.ask(ada, TITLE)
    place.env.inject_error("POST", "/channels/*/messages", status=403, code=50007)
    await ada.react(place.card(thread), UP)
    assert shown(place.card(thread)) == {UP: 1, DOWN: 1}
    assert place.letters(ada) == []
    assert OWN in told(await ada.slash(place.welcome, "why", number=1))


async def test_a_private_message_that_fails_makes_no_error(place: Town) -> None:
    ada = place.member("ada")
    thread = await place.ask(ada, TITLE)
    place.env.inject_error("POST", "/channels/*/messages", status=500)
    await ada.react(place.card(thread), UP)
    assert shown(place.card(thread)) == {UP: 1, DOWN: 1}


async def test_one_is_told_even_when_the_arrow_cannot_be_taken_off(place: Town) -> None:
    ada = place.member("ada")
    thread = await place.ask(ada, TITLE)
    place.env.inject_error(*TAKEN_OFF, status=500)
    await ada.react(place.card(thread), UP)
    assert len(place.letters(ada)) == 1
    assert await place.score(thread) == "0 votes"


async def test_a_bots_arrow_is_taken_off_and_nobody_is_told(place: Town) -> None:
    robot = place.guild.add_member(place.env.create_user("robot", bot=True))
    thread = await place.ask(place.member("ada"), TITLE)
    await robot.react(place.card(thread), UP)
    assert shown(place.card(thread)) == {UP: 1, DOWN: 1}
    assert await place.score(thread) == "0 votes"
    assert place.letters(robot) == []


async def test_a_suspended_members_vote_is_refused_until_the_suspension_ends(place: Town) -> None:
    ben = place.member("ben")
    thread = await place.ask(place.member("ada"), TITLE)
    until = place.env.now() + timedelta(hours=1)
    await place.bot.forum.members.suspend(place.guild.id, ben.id, until)
    await ben.react(place.card(thread), UP)
    assert "suspended" in place.letters(ben)[0]
    assert await place.score(thread) == "0 votes"
    await place.env.advance_time(3601)
    await ben.react(place.card(thread), UP)
    assert await place.score(thread) == "+1 vote"
    assert "counts" in told(await ben.slash(place.welcome, "why", number=1))


async def test_a_vote_on_a_deleted_post_is_refused(place: Town) -> None:
    ada, ben, cy = place.member("ada"), place.member("ben"), place.member("cy")
    thread = await place.ask(ada, TITLE)
    card = place.card(thread)
    await cy.react(card, UP)
    await ada.click(
        offer(await ada.click(offer(await ada.click(card, label="More")), label="Delete")),
        label="Yes, delete it",
    )
    await ben.react(card, UP)
    assert "was deleted" in place.letters(ben)[0]
    for voter in (ben, cy):
        assert "was deleted" in told(await voter.slash(place.welcome, "why", number=1))
    assert await place.points(cy) == 100


async def test_everyone_can_ask_what_became_of_their_vote(place: Town) -> None:
    ada, ben, cy = place.member("ada"), place.member("ben"), place.member("cy")
    thread = await place.ask(ada, TITLE)
    card = place.card(thread)
    await ben.react(card, DOWN)
    await ada.react(card, UP)
    for member, said in ((ada, OWN), (ben, f"Your {DOWN} counts"), (cy, "You have not voted")):
        assert said in told(await member.slash(place.welcome, "why", number=1))
        assert said in told(await member.context_menu(thread, "Did my vote count?", card))
        assert said in told(await member.click(card, label="More"))
    nowhere = await ben.slash(place.welcome, "why", number=99)
    assert "There is no post #99" in place.refused(nowhere)


async def test_a_super_reaction_counts_once(place: Town) -> None:
    ben = place.member("ben")
    thread = await place.ask(place.member("ada"), TITLE)
    card = place.card(thread)
    burst = event(place, card, ben.id, burst=True, type=1, burst_colors=["#ffaa00"])
    place.env.backend.emit("MESSAGE_REACTION_ADD", burst)
    await place.env.settle()
    place.env.backend.emit("MESSAGE_REACTION_ADD", event(place, card, ben.id))
    await place.env.settle()
    assert await place.score(thread) == "+1 vote"
    place.env.backend.emit("MESSAGE_REACTION_REMOVE", burst)
    await place.env.settle()
    assert await place.score(thread) == "0 votes"


async def test_an_event_that_comes_several_times_counts_once(place: Town) -> None:
    ada, ben = place.member("ada"), place.member("ben")
    thread = await place.ask(ada, TITLE)
    card = place.card(thread)
    for _ in range(3):
        place.env.backend.emit("MESSAGE_REACTION_ADD", event(place, card, ben.id))
    await place.env.settle()
    assert await place.score(thread) == "+1 vote"
    assert await place.points(ada) == 130
    for _ in range(3):
        place.env.backend.emit("MESSAGE_REACTION_REMOVE", event(place, card, ben.id))
    await place.env.settle()
    assert await place.score(thread) == "0 votes"
    assert (await place.bot.forum.recount.guild(place.guild.id)).none


async def test_a_switch_counts_whichever_event_comes_first(place: Town) -> None:
    ben = place.member("ben")
    thread = await place.ask(place.member("ada"), TITLE)
    card = place.card(thread)
    await ben.react(card, UP)
    down = {"emoji": {"id": None, "name": DOWN}}
    place.env.backend.emit("MESSAGE_REACTION_ADD", event(place, card, ben.id, **down))
    place.env.backend.emit("MESSAGE_REACTION_REMOVE", event(place, card, ben.id))
    await place.env.settle()
    assert await place.score(thread) == "–1 vote"


async def test_a_moderator_who_clears_reactions_clears_the_votes(place: Town) -> None:
    ben, cy = place.member("ben"), place.member("cy")
    thread = await place.ask(place.member("ada"), TITLE)
    card = place.card(thread)
    await ben.react(card, UP)
    await cy.react(card, DOWN)
    place.env.backend.clear_reaction(thread.id, card.id, UP)
    await place.env.settle()
    assert await place.score(thread) == "–1 vote"
    assert shown(place.card(thread)) == {DOWN: 2, UP: 1}
    place.env.backend.clear_reactions(thread.id, card.id)
    await place.env.settle()
    assert await place.score(thread) == "0 votes"
    assert shown(place.card(thread)) == {UP: 1, DOWN: 1}
    assert await place.points(ben) == await place.points(cy) == 100


async def test_clearing_another_emoji_or_a_comment_changes_nothing(place: Town) -> None:
    ben = place.member("ben")
    thread = await place.ask(place.member("ada"), TITLE)
    card = place.card(thread)
    await ben.react(card, UP)
    await ben.react(card, "🎉")
    comment = await ben.send(thread, "Have you tried another plug?")
    await ben.react(comment, "🎉")
    requests = Requests(place)
    place.env.backend.clear_reaction(thread.id, card.id, "🎉")
    place.env.backend.clear_reactions(thread.id, comment.id)
    await place.env.settle()
    assert await place.score(thread) == "+1 vote"
    assert requests.like(*ARROWS) == []


async def test_a_servers_own_emoji_can_be_the_arrows(place: Town) -> None:
    ben, cy = place.member("ben"), place.member("cy")
    own = place.guild.create_emoji("yes")
    up = f"<:yes:{own.id}>"
    assert "up_arrow" in await place.choose("up_arrow", up)
    thread = await place.ask(place.member("ada"), TITLE)
    card = place.card(thread)
    assert list(shown(card)) == [up, DOWN]
    await ben.react(card, f"yes:{own.id}")
    await cy.react(card, UP)
    assert await place.score(thread) == "+2 votes"
    await ben.react(card, DOWN)
    assert await place.score(thread) == "0 votes"
    assert shown(place.card(thread)) == {up: 1, DOWN: 2, UP: 1}


@pytest.mark.parametrize(("setting", "reaction"), [("👍", "👍\ufe0f"), ("⬆️", "⬆"), ("⬆", "⬆️")])
async def test_a_sign_that_only_asks_for_colour_makes_no_other_emoji(
    place: Town, setting: str, reaction: str
) -> None:
    ada, ben = place.member("ada"), place.member("ben")
    await place.choose("up_arrow", setting)
    thread = await place.ask(ada, TITLE)
    await ben.react(place.card(thread), reaction)
    assert await place.score(thread) == "+1 vote"
    await ada.react(place.card(thread), reaction)
    assert shown(place.card(thread))[reaction] == 1 + (setting == reaction)


async def test_other_emoji_ask_nothing_of_database_and_discord(place: Town) -> None:
    ben = place.member("ben")
    thread = await place.ask(place.member("ada"), TITLE)
    requests = Requests(place)
    with statements(place) as noted:
        await ben.react(place.card(thread), "🎉")
        await ben.unreact(place.card(thread), "🎉")
    assert noted == []
    assert requests.writes() == []


async def test_comments_are_voted_on_only_where_a_server_wants_it(place: Town) -> None:
    ada, ben = place.member("ada"), place.member("ben")
    thread = await place.ask(ada, TITLE)
    comment = await ada.send(thread, "It began last week.")
    await ben.react(comment, UP)
    assert "comments are switched off" in place.letters(ben)[0]
    assert shown(thread.history()[-1]) == {}
    await place.choose("comment_votes", "yes")
    await ben.react(comment, UP)
    assert "counts" in told(await ben.context_menu(thread, "Did my vote count?", comment))
    assert await place.points(ada) == 120
    assert await place.points(ben) == 100


async def test_a_vote_never_crosses_to_another_server(place: Town) -> None:
    ben = place.member("ben")
    thread = await place.ask(place.member("ada"), TITLE)
    other = place.env.create_guild("Elsewhere")
    other.add_member(ben.user)
    elsewhere = event(place, place.card(thread), ben.id, guild_id=str(other.id))
    place.env.backend.emit("MESSAGE_REACTION_ADD", elsewhere)
    await place.env.settle()
    assert await place.score(thread) == "0 votes"
    await ben.react(place.card(thread), UP)
    place.env.backend.emit("MESSAGE_REACTION_REMOVE", elsewhere)
    place.env.backend.emit("MESSAGE_REACTION_REMOVE_ALL", elsewhere)
    await place.env.settle()
    assert await place.score(thread) == "+1 vote"


async def test_the_rules_hold_where_the_bot_may_not_take_arrows_off(place: Town) -> None:
    ada, ben = place.member("ada"), place.member("ben")
    place.forbid(place.forum, "manage_messages")
    thread = await place.ask(ada, TITLE)
    card = place.card(thread)
    await ada.react(card, UP)
    await ben.react(card, UP)
    await ben.react(card, DOWN)
    assert shown(place.card(thread)) == {UP: 3, DOWN: 2}
    assert await place.score(thread) == "–1 vote"
    assert len(place.letters(ada)) == 1
    await ben.unreact(card, UP)
    assert await place.score(thread) == "–1 vote"
    assert (await place.bot.forum.recount.guild(place.guild.id)).none
