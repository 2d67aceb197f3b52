"""`/settings` and `/category`: what a server chooses, and what it may not choose."""

import pytest
import simcord

from bot.domain.votes import Vote
from bot.ui.tables import SETTINGS
from tests.e2e.town import Town, told


async def shown(place: Town) -> str:
    return told(await place.admin.slash(place.welcome, "settings show"))


async def value(place: Town, name: str) -> object:
    return getattr(await place.bot.forum.settings.of(place.guild.id), name)


async def test_every_setting_is_shown_with_its_value_and_meaning(place: Town) -> None:
    text = await shown(place)
    for name, meaning in SETTINGS.items():
        assert f"`{name}` = **" in text
        assert meaning in text


@pytest.mark.parametrize(
    ("name", "typed", "becomes"),
    [
        ("up_arrow", "👍", "👍"),
        ("points", "stackoverflow", "stackoverflow"),
        ("anonymous", "No", False),
        ("several_answers", "off", False),
        ("comment_votes", "on", True),
        ("question_title_min", "20", 20),
        ("tags_max", " 0 ", 0),
    ],
)
async def test_a_setting_of_each_kind_can_be_set_and_outlives_a_restart(
    place: Town, name: str, typed: str, becomes: object
) -> None:
    said = await place.choose(name, typed)
    assert said.startswith(f"**{name}** is **")
    await place.restart()
    assert await value(place, name) == becomes
    assert f"`{name}` = **" in await shown(place)


@pytest.mark.parametrize(
    ("name", "typed", "why"),
    [
        ("anonymous", "perhaps", "needs yes or no"),
        ("body_max", "many", "needs a whole number"),
        ("body_max", "4001", "must be from 100 to 4000"),
        ("body_max", "٣" * 25, "needs a whole number"),
        ("body_max", "--5", "needs a whole number"),
        ("question_title_min", "121", "longer than the longest one"),
        ("points", "reddit", "Try question2answer or stackoverflow"),
        ("down_arrow", "⬆", "must be different emoji"),
        ("up_arrow", "up", "is not an emoji"),
        ("up_arrow", "上", "is not an emoji"),
        ("up_arrow", "   ", "is not an emoji"),
        ("former_up", "⬇️", "There is no setting called “former_up”"),
        ("up_arrow", "<:stranger:123456789012345678>", "no emoji of this server"),
        ("reports_channel", "-1", "reports_channel"),
        ("reports_channel", "12345", "reports_channel"),
        ("colour", "red", "There is no setting called “colour”"),
        ("rules", "1", "There is no setting called “rules”"),
        ("vote_of", "1", "There is no setting called “vote_of”"),
    ],
)
async def test_a_bad_value_changes_nothing_and_is_explained(
    place: Town, name: str, typed: str, why: str
) -> None:
    before = await place.bot.forum.settings.of(place.guild.id)
    said = place.refused(
        await place.admin.slash(place.welcome, "settings set", name=name, value=typed)
    )
    assert why in said
    assert await place.bot.forum.settings.of(place.guild.id) == before


async def test_the_channel_for_reports_can_be_mentioned(place: Town) -> None:
    await place.choose("reports_channel", place.welcome.mention)
    assert await value(place, "reports_channel") == place.welcome.id


async def test_a_servers_own_emoji_can_be_an_arrow(place: Town) -> None:
    ben = place.member("ben")
    emoji = place.guild.create_emoji("helpful")
    arrow = f"<:helpful:{emoji.id}>"
    assert "helpful" in await place.choose("up_arrow", arrow)

    thread = await place.ask(place.member("ada"), "Why does my radio only hum?")
    assert [str(item.emoji) for item in place.card(thread).reactions] == [arrow, "⬇️"]
    typed = arrow.strip("<:>")  # As a client names it.
    await ben.react(place.card(thread), typed)
    assert await place.score(thread) == "+1 vote"
    await ben.unreact(place.card(thread), typed)
    assert await place.score(thread) == "0 votes"


async def test_an_arrow_that_was_deleted_later_stops_no_question(place: Town) -> None:
    emoji = place.guild.create_emoji("helpful")
    await place.choose("up_arrow", f"<:helpful:{emoji.id}>")
    place.env.inject_error(
        "PUT", "/channels/*/messages/*/reactions/*", status=400, code=10014, times=None
    )
    thread = await place.ask(place.member("ada"), "Why does my radio only hum?")
    assert place.card(thread).reactions == []


async def test_a_changed_arrow_counts_from_then_on_and_so_does_the_old_one(place: Town) -> None:
    ben, cy = place.member("ben"), place.member("cy")
    await place.choose("up_arrow", "👍")
    thread = await place.ask(place.member("ada"), "Why does my radio only hum?")
    await ben.react(place.card(thread), "👍")
    await cy.react(place.card(thread), "⬆️")
    assert await place.score(thread) == "+2 votes"


async def test_a_point_rule_can_be_changed_and_all_points_follow(place: Town) -> None:
    ada = place.member("ada")
    await place.ask(ada, "Why does my radio only hum?")
    assert await place.points(ada) == 120

    said = told(await place.admin.slash(place.welcome, "settings rule", name="asked", worth=50))
    assert said == "**asked** is worth **50** now."
    assert await place.points(ada) == 150
    assert "Own point rules: asked 50" in await shown(place)

    said = told(await place.admin.slash(place.welcome, "settings rule", name="asked"))
    assert said == "**asked** is worth **20** now."
    assert await place.points(ada) == 120


async def test_an_unknown_point_rule_is_refused(place: Town) -> None:
    result = await place.admin.slash(place.welcome, "settings rule", name="luck", worth=5)
    assert "There is no point rule called “luck”" in place.refused(result)
    again = await place.admin.slash(place.welcome, "settings rule", name="luck")
    assert "There is no point rule called “luck”" in place.refused(again)


async def test_the_presets_can_be_changed_back_and_forth(place: Town) -> None:
    ada, ben = place.member("ada"), place.member("ben")
    thread = await place.ask(ada, "Why does my radio only hum?")
    votes = place.bot.forum.votes
    await votes.cast(place.guild.id, place.card(thread).id, ben.id, Vote.UP)
    before = await place.points(ada)
    await place.choose("points", "stackoverflow")
    assert await place.points(ada) == 1 + 10
    await place.choose("points", "question2answer")
    assert await place.points(ada) == before


async def test_names_and_rules_are_suggested_while_typing(place: Town) -> None:
    names = await place.admin.autocomplete(place.welcome, "settings set", "name", "arrow")
    assert {choice["value"] for choice in names} >= {"up_arrow", "down_arrow"}
    rules = await place.admin.autocomplete(place.welcome, "settings rule", "name", "accept")
    assert {choice["value"] for choice in rules} == {"accepted", "accepting", "accepting_own"}


@pytest.mark.parametrize("command", ["settings show", "settings set", "category add"])
async def test_settings_and_categories_are_for_those_who_may_manage_the_server(
    place: Town, command: str
) -> None:
    assert command in place.admin.available_commands(place.welcome)
    assert command not in place.member("ben").available_commands(place.welcome)


async def test_even_a_member_whom_discord_lets_through_may_not_change_settings(
    place: Town,
) -> None:
    ben = place.member("ben")
    for name in ("settings", "category"):
        command = next(item for item in await place.bot.tree.fetch_commands() if item.name == name)
        backend = place.env.backend
        backend.set_command_permissions(
            place.guild.id, command.id, [{"id": str(ben.id), "type": 2, "permission": True}]
        )
    changed = await ben.slash(place.welcome, "settings set", name="tags_max", value="1")
    assert "**Manage Server**" in place.refused(changed)
    added = await ben.slash(place.welcome, "category add", name="Mine")
    assert "**Manage Server**" in place.refused(added)
    assert await value(place, "tags_max") == 5


async def test_a_category_gets_a_tag_in_each_forum(place: Town) -> None:
    more = place.guild.create_forum_channel("more")
    await place.admin.slash(place.welcome, "setup", forum=more)
    said = told(await place.admin.slash(place.welcome, "category add", name="Mental Health"))
    assert "**Mental Health** is a category." in said
    for channel in (place.forum, more):
        stored = place.env.backend.get_channel(channel.id).available_tags
        assert "Mental Health" in [tag["name"] for tag in stored]
    listed = told(await place.admin.slash(place.welcome, "category list"))
    assert listed == "- Gadgets\n- Mental Health"


async def test_a_category_is_added_once_whatever_its_case(place: Town) -> None:
    said = told(await place.admin.slash(place.welcome, "category add", name=" GADGETS "))
    assert "**Gadgets** is a category." in said
    assert told(await place.admin.slash(place.welcome, "category list")) == "- Gadgets"


@pytest.mark.parametrize("name", ["   ", "\u200b\u200b", "a name longer than twenty"])
async def test_a_name_that_cannot_be_a_tag_is_refused(place: Town, name: str) -> None:
    said = place.refused(await place.admin.slash(place.welcome, "category add", name=name))
    assert said == "A category name needs 1 to 20 characters."
    assert told(await place.admin.slash(place.welcome, "category list")) == "- Gadgets"


async def test_the_name_of_a_state_can_be_no_category(place: Town) -> None:
    said = place.refused(await place.admin.slash(place.welcome, "category add", name="solved"))
    assert said.startswith("“solved” is the tag of a state of questions.")
    assert told(await place.admin.slash(place.welcome, "category list")) == "- Gadgets"


async def test_a_removed_category_leaves_its_questions_without_one(place: Town) -> None:
    thread = await place.ask(place.member("ada"), "Why does my radio only hum?")
    assert "in **Gadgets**" in str(place.card(thread).embeds[0].fields[0].value)

    offered = await place.admin.autocomplete(place.welcome, "category remove", "name", "gad")
    said = told(await place.admin.slash(place.welcome, "category remove", name=offered[0]["value"]))

    assert "The category is removed from 1 question." in said
    assert "Gadgets" not in str(place.card(thread).embeds[0].fields[0].value)
    said = place.refused(await place.admin.slash(place.welcome, "category remove", name="Gadgets"))
    assert "There is no category “Gadgets”" in said


async def test_without_categories_the_list_says_how_to_make_one(bare: Town) -> None:
    said = told(await bare.admin.slash(bare.welcome, "category list"))
    assert said == "There are no categories. `/category add` makes one."


async def test_a_category_is_kept_although_its_tag_could_not_be_made(place: Town) -> None:
    place.forbid(place.forum, "manage_channels")
    said = told(await place.admin.slash(place.welcome, "category add", name="Radios"))
    assert "**Radios** is a category." in said
    assert "**Manage Channels**: without it" in said


async def test_settings_do_not_work_in_private_messages(place: Town) -> None:
    with pytest.raises(simcord.SetupError):
        await place.member("ben").user.slash("settings show")
