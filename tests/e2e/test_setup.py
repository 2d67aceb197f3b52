"""`/setup`: makes a server ready, says what is missing, and can be run again at any time."""

from typing import Any

import discord
import pytest
from simcord import ChannelHandle

from bot.domain.posts import Stage
from bot.ui.permissions import NEEDED, title
from tests.e2e.town import Town, told

NO_EMOJI = {"emoji_id": None, "emoji_name": None}
STAGES = {stage.value for stage in Stage}


def tags(place: Town, channel: ChannelHandle) -> list[dict[str, Any]]:
    """The tags of a forum, as Discord stores them."""
    return list(place.env.backend.get_channel(channel.id).available_tags)


def names(place: Town, channel: ChannelHandle) -> list[str]:
    return [tag["name"] for tag in tags(place, channel)]


def panels(channel: ChannelHandle) -> list[discord.Message]:
    return [item for item in channel.history() if "ask" in str(item.components)]


def with_tags(place: Town, *wanted: str) -> ChannelHandle:
    """A forum that was there before the bot, with tags of its own."""
    channel = place.guild.create_forum_channel("support")
    made = [
        {"id": str(place.env.backend.snowflake()), "name": name, "moderated": False} | NO_EMOJI
        for name in wanted
    ]
    place.env.backend.edit_channel(channel.id, {"available_tags": made})
    return channel


async def test_a_forum_its_tags_and_a_welcome_message_are_made(bare: Town) -> None:
    said = told(await bare.admin.slash(bare.welcome, "setup"))

    assert set(names(bare, bare.forum)) == STAGES
    (panel,) = panels(bare.welcome)
    assert "Welcome to Mindful" in str(panel.embeds[0].description)
    assert f"I created <#{bare.forum.id}>" in said
    assert panel.jump_url in said


async def test_state_tags_can_be_put_on_by_moderators_only(place: Town) -> None:
    ours = [tag for tag in tags(place, place.forum) if tag["name"] in STAGES]
    assert all(tag["moderated"] for tag in ours)
    (gadgets,) = (tag for tag in tags(place, place.forum) if tag["name"] == "Gadgets")
    assert not gadgets["moderated"]


async def test_a_second_run_changes_nothing(place: Town) -> None:
    before = tags(place, place.forum)
    wrote = len(place.env.http_requests)

    said = told(await place.admin.slash(place.welcome, "setup"))

    assert said == "Everything was set up already."
    assert tags(place, place.forum) == before
    assert len(panels(place.welcome)) == 1
    changed = [
        entry
        for entry in place.env.http_requests[wrote:]
        if entry.method != "GET" and "/callback" not in entry.path and "webhooks" not in entry.path
    ]
    assert changed == []


async def test_a_run_after_a_restart_changes_nothing_either(place: Town) -> None:
    await place.restart()
    said = told(await place.admin.slash(place.welcome, "setup"))
    assert said == "Everything was set up already."
    assert len(panels(place.welcome)) == 1


async def test_a_forum_that_is_there_is_adopted_with_its_tags_whatever_their_case(
    bare: Town,
) -> None:
    support = with_tags(bare, "SOLVED", "unanswered", "Bug")
    before = {tag["name"]: tag["id"] for tag in tags(bare, support)}

    await bare.admin.slash(bare.welcome, "setup", forum=support)

    assert names(bare, support) == ["SOLVED", "unanswered", "Bug", "Answered", "Closed"]
    row = await bare.bot.forum.settings.forum(bare.guild.id, support.id)
    assert row is not None
    assert row.tags.stages[Stage.SOLVED] == int(before["SOLVED"])
    assert row.tags.stages[Stage.UNANSWERED] == int(before["unanswered"])
    assert "questions" not in bare.guild.channels


async def test_a_category_adopts_the_tag_of_its_name_whatever_its_case(bare: Town) -> None:
    support = with_tags(bare, "mental health")
    await bare.admin.slash(bare.welcome, "setup", forum=support)
    await bare.admin.slash(bare.welcome, "category add", name="Mental Health")
    assert sorted(names(bare, support)) == sorted({*STAGES, "mental health"})


async def test_a_second_forum_can_be_added(place: Town) -> None:
    more = place.guild.create_forum_channel("more")
    said = told(await place.admin.slash(place.welcome, "setup", forum=more))
    assert f"<#{more.id}> is a forum for questions now." in said
    assert set(names(place, more)) == {*STAGES, "Gadgets"}
    assert len(panels(place.welcome)) == 1


@pytest.mark.parametrize("permission", NEEDED)
async def test_a_missing_permission_is_named_with_what_fails_and_how_to_grant_it(
    place: Town, permission: str
) -> None:
    place.forbid(place.forum, permission)
    said = told(await place.admin.slash(place.welcome, "setup"))
    assert f"**{title(permission)}**: without it, {NEEDED[permission]}." in said
    assert "Server Settings → Roles" in said

    place.forbid(place.forum)
    said = told(await place.admin.slash(place.welcome, "setup"))
    assert said == "Everything was set up already."


async def test_only_the_permission_that_is_missing_is_named(place: Town) -> None:
    place.forbid(place.forum, "add_reactions")
    said = told(await place.admin.slash(place.welcome, "setup"))
    assert [name for name in NEEDED if f"**{title(name)}**" in said] == ["add_reactions"]


async def test_everything_that_is_missing_in_several_forums_can_be_read(bare: Town) -> None:
    said = ""
    for number in range(3):
        channel = bare.guild.create_forum_channel(f"forum-{number}")
        bare.forbid(channel, *NEEDED)
        said = told(await bare.admin.slash(bare.welcome, "setup", forum=channel))
    for number in range(3):
        assert bare.guild.channels[f"forum-{number}"].mention in said
    assert said.count(NEEDED["manage_channels"]) == 3
    assert "…" not in said


async def test_without_the_right_to_create_a_forum_the_way_out_is_said(bare: Town) -> None:
    role = bare.env.backend.get_guild(bare.guild.id).roles
    for held in role.values():
        held.permissions &= ~discord.Permissions(manage_channels=True).value
    await bare.restart()

    said = bare.refused(await bare.admin.slash(bare.welcome, "setup"))

    assert "I may not create one" in said
    assert "**Manage Channels**" in said
    assert "Server Settings → Roles" in said
    assert panels(bare.welcome) == []


async def test_a_welcome_channel_that_is_closed_to_the_bot_is_said_with_what_it_needs(
    bare: Town,
) -> None:
    bare.forbid(bare.welcome, "embed_links")
    said = told(await bare.admin.slash(bare.welcome, "setup"))
    assert bare.welcome.mention in said
    assert "**Embed Links**" in said
    assert "Server Settings → Roles" in said
    assert panels(bare.welcome) == []


async def test_a_forum_full_of_tags_keeps_them_and_the_missing_ones_are_named(
    bare: Town,
) -> None:
    full = with_tags(bare, *(f"tag-{number}" for number in range(20)))
    said = told(await bare.admin.slash(bare.welcome, "setup", forum=full))
    assert names(bare, full) == [f"tag-{number}" for number in range(20)]
    for stage in STAGES:
        assert f"**{stage}**" in said
    assert said.count("as many as Discord allows") == 1
    assert (await bare.ask(bare.member("ada"), "Does this work without tags?")).name


async def test_the_last_free_tags_go_to_the_states(bare: Town) -> None:
    nearly = with_tags(bare, *(f"tag-{number}" for number in range(18)))
    said = told(await bare.admin.slash(bare.welcome, "setup", forum=nearly))
    assert names(bare, nearly)[18:] == ["Unanswered", "Answered"]
    assert "**Solved**" in said.split("Still to do")[1]


async def test_a_deleted_welcome_message_is_made_again_where_it_stood(place: Town) -> None:
    other = place.guild.create_text_channel("help")
    await place.admin.slash(place.welcome, "setup", welcome=other)
    await place.admin.delete(panels(other)[0])

    said = told(await place.admin.slash(place.welcome, "setup"))

    (panel,) = panels(other)
    assert panel.jump_url in said


async def test_a_welcome_message_whose_channel_is_gone_is_made_in_another(place: Town) -> None:
    other = place.guild.create_text_channel("help")
    await place.admin.slash(place.welcome, "setup", welcome=other)
    place.env.backend.delete_channel(other.id)

    await place.admin.slash(place.welcome, "setup")

    assert len(panels(place.welcome)) == 1


async def test_a_welcome_message_that_moves_leaves_no_second_one_behind(place: Town) -> None:
    other = place.guild.create_text_channel("help")
    await place.admin.slash(place.welcome, "setup", welcome=other)
    assert len(panels(other)) == 1
    assert panels(place.welcome) == []


async def test_the_welcome_text_can_be_written_anew(place: Town) -> None:
    shown = await place.admin.slash(place.welcome, "settings welcome")
    text = "Welcome to {server} where you can ask about **radios**"
    said = told(await place.fill(place.admin, shown, welcome=text))
    (panel,) = panels(place.welcome)
    assert panel.embeds[0].description == "Welcome to Mindful where you can ask about **radios**"
    assert panel.jump_url in said

    again = await place.admin.slash(place.welcome, "settings welcome")
    assert text in str(again.modal)


async def test_a_welcome_text_of_spaces_changes_nothing(place: Town) -> None:
    before = panels(place.welcome)[0].embeds[0].description
    shown = await place.admin.slash(place.welcome, "settings welcome")
    said = told(await place.fill(place.admin, shown, welcome="   "))
    assert said == "The welcome text needs 1 to 2000 characters."
    assert panels(place.welcome)[0].embeds[0].description == before


async def test_the_setup_is_for_those_who_may_manage_the_server(bare: Town) -> None:
    assert "setup" not in bare.member("ben").available_commands(bare.welcome)
    assert "setup" in bare.admin.available_commands(bare.welcome)


async def test_questions_are_refused_in_words_before_there_is_a_forum(bare: Town) -> None:
    said = bare.refused(await bare.member("ada").slash(bare.welcome, "ask"))
    assert "`/setup`" in said
