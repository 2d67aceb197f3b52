import asyncio
import json

import pytest

from bot.domain.errors import Invalid, NotFound
from bot.domain.forum_tags import ForumTags
from bot.domain.posts import Stage
from bot.domain.settings import GuildSettings
from bot.domain.votes import Vote
from bot.services.forum import Forum
from bot.services.settings import Panel
from db.engine import Database
from tests.world import (
    ADA,
    BEN,
    FORUM,
    GUILD,
    OTHER_GUILD,
    Clock,
    accept,
    answer,
    ask,
    assert_recount_agrees,
    points,
    see,
    sql,
    up,
)

TAGS = ForumTags({Stage.SOLVED: 31}, {1: 32})


ARROWS = {"up_arrow": "⬆️", "down_arrow": "⬇️"}
"""Kept with every change: votes were cast with them."""


async def stored(database: Database, guild: int = GUILD) -> object:
    ((record,),) = await sql(database, "SELECT settings FROM guilds WHERE id = :id", id=guild)
    return json.loads(str(record))


async def test_a_server_that_chose_nothing_has_the_defaults(forum: Forum) -> None:
    assert await forum.settings.of(GUILD) == GuildSettings()


async def test_a_change_holds_for_its_server_and_after_a_restart(
    forum: Forum, database: Database, clock: Clock
) -> None:
    await forum.settings.change(GUILD, tags_max=2)
    assert (await forum.settings.of(GUILD)).tags_max == 2
    assert (await forum.settings.of(OTHER_GUILD)).tags_max == 5
    again = Forum(database, GuildSettings(), clock)
    assert (await again.settings.of(GUILD)).tags_max == 2


async def test_only_what_differs_is_stored_so_that_new_defaults_reach_everybody(
    forum: Forum, database: Database, clock: Clock
) -> None:
    await forum.settings.change(GUILD, tags_max=2, answer_min=20)
    await forum.settings.change(GUILD, answer_min=12)
    assert await stored(database) == {"tags_max": 2, **ARROWS}
    later = Forum(database, GuildSettings(answer_min=5, tags_max=4), clock)
    settings = await later.settings.of(GUILD)
    assert (settings.answer_min, settings.tags_max) == (5, 2)


async def test_bad_values_change_nothing(forum: Forum, database: Database) -> None:
    await forum.settings.change(GUILD, tags_max=2)
    with pytest.raises(Invalid):
        await forum.settings.change(GUILD, tags_max=3, answer_min=-1)
    assert (await forum.settings.of(GUILD)).tags_max == 2
    assert await stored(database) == {"tags_max": 2, **ARROWS}


async def test_two_changes_at_the_same_moment_both_hold(forum: Forum) -> None:
    await asyncio.gather(
        forum.settings.change(GUILD, tags_max=2), forum.settings.change(GUILD, answer_min=20)
    )
    settings = await forum.settings.of(GUILD)
    assert (settings.tags_max, settings.answer_min) == (2, 20)


async def test_what_is_read_during_a_change_is_not_kept_after_it(forum: Forum) -> None:
    async def read(later: int) -> None:
        for _ in range(later):
            await asyncio.sleep(0)
        forum.settings.forget(GUILD)
        await forum.settings.of(GUILD)

    for later in range(60):
        most = later % 5
        await asyncio.gather(forum.settings.change(GUILD, tags_max=most), read(later))
        assert (await forum.settings.of(GUILD)).tags_max == most


async def test_new_point_rules_count_everything_that_ever_happened(forum: Forum) -> None:
    question = await ask(forum, ADA)
    reply = await answer(forum, question, BEN)
    await up(forum, question, BEN)
    await accept(forum, reply)
    assert (await points(forum, ADA), await points(forum, BEN)) == (160, 450)
    await forum.settings.change(GUILD, points="stackoverflow")
    assert (await points(forum, ADA), await points(forum, BEN)) == (13, 16)
    await assert_recount_agrees(forum)
    await forum.settings.change(GUILD, points="question2answer", point_rules={"asked": 0})
    assert (await points(forum, ADA), await points(forum, BEN)) == (140, 450)
    await assert_recount_agrees(forum)


async def test_new_point_rules_have_cards_with_points_drawn_again(forum: Forum) -> None:
    question = await ask(forum, ADA)
    before = (await see(forum, question)).version
    await forum.settings.change(GUILD, points="stackoverflow")
    view = await see(forum, question)
    assert view.author.points == 1
    assert view.version > before


async def test_a_daily_cap_that_no_longer_holds_is_given_back(forum: Forum) -> None:
    await forum.settings.change(GUILD, points="stackoverflow")
    question = await ask(forum, ADA)
    await asyncio.gather(*(up(forum, question, voter) for voter in range(1000, 1030)))
    assert await points(forum, ADA) == 201
    await forum.settings.change(GUILD, points="question2answer")
    assert await points(forum, ADA) == 100 + 20 + 100
    await assert_recount_agrees(forum)


async def test_votes_that_wait_for_a_change_of_rules_count_by_the_new_ones(forum: Forum) -> None:
    question = await ask(forum, ADA)
    await asyncio.gather(
        forum.settings.change(GUILD, points="stackoverflow"),
        *(up(forum, question, voter) for voter in range(1000, 1005)),
    )
    assert await points(forum, ADA) == 1 + 50
    await assert_recount_agrees(forum)


async def test_another_servers_rules_change_nothing_here(forum: Forum) -> None:
    await ask(forum, ADA)
    await forum.settings.change(OTHER_GUILD, points="stackoverflow")
    assert await points(forum, ADA) == 120


async def test_a_forum_is_known_with_its_tags_until_it_is_dropped(forum: Forum) -> None:
    await forum.settings.save_forum(GUILD, FORUM, TAGS)
    row = await forum.settings.forum(GUILD, FORUM)
    assert row is not None
    assert row.tags == TAGS
    assert await forum.settings.forum(OTHER_GUILD, FORUM) is None
    assert await forum.settings.forum(GUILD, 501) is None
    await forum.settings.drop_forum(GUILD, FORUM)
    assert await forum.settings.forum(GUILD, FORUM) is None


async def test_what_is_no_forum_cannot_be_dropped(forum: Forum) -> None:
    await forum.settings.save_forum(GUILD, FORUM, TAGS)
    with pytest.raises(NotFound):
        await forum.settings.drop_forum(OTHER_GUILD, FORUM)


async def test_a_deleted_forum_is_no_longer_open_until_it_is_set_up_again(forum: Forum) -> None:
    await forum.settings.save_forum(GUILD, FORUM, TAGS)
    await forum.settings.forum_missing(GUILD, FORUM)
    assert (await forum.settings.server(GUILD)).open_forums == ()
    await forum.settings.save_forum(GUILD, FORUM, TAGS)
    assert len((await forum.settings.server(GUILD)).open_forums) == 1


async def test_the_welcome_message_is_remembered(forum: Forum) -> None:
    await forum.settings.save_panel(GUILD, Panel(3, 4))
    assert (await forum.settings.server(GUILD)).panel == Panel(3, 4)
    await forum.settings.save_panel(GUILD, None)
    assert (await forum.settings.server(GUILD)).panel is None


async def test_a_servers_name_settings_and_panel_leave_each_other_alone(forum: Forum) -> None:
    await forum.settings.change(GUILD, tags_max=2)
    await forum.settings.save_panel(GUILD, Panel(3, 4))
    await forum.settings.register(GUILD, "A new name")
    await forum.repairs.seen([GUILD])
    forum.settings.forget(GUILD)
    server = await forum.settings.server(GUILD)
    assert (server.settings.tags_max, server.panel) == (2, Panel(3, 4))


async def test_a_category_is_added_once_whatever_its_spelling(forum: Forum) -> None:
    first = await forum.settings.add_category(GUILD, " Mental  Health ")
    assert first.name == "Mental Health"
    assert await forum.settings.add_category(GUILD, "MENTAL HEALTH") == first
    other = await forum.settings.add_category(GUILD, "Art")
    assert (await forum.settings.server(GUILD)).categories == (first, other)
    assert (await forum.settings.server(OTHER_GUILD)).categories == ()


@pytest.mark.parametrize("name", ["", "  ", "\u200b", "x" * 21])
async def test_a_category_needs_a_name_that_fits_a_forum_tag(forum: Forum, name: str) -> None:
    with pytest.raises(Invalid):
        await forum.settings.add_category(GUILD, name)


async def test_a_removed_category_leaves_its_questions_without_one(forum: Forum) -> None:
    await forum.settings.add_category(GUILD, "Health")
    await forum.settings.add_category(OTHER_GUILD, "Health")
    question = await ask(forum, category="Health")
    before = (await see(forum, question)).version
    assert await forum.settings.remove_category(GUILD, " HEALTH ") == 1
    view = await see(forum, question)
    assert (view.category, view.category_id) == (None, None)
    assert view.version > before
    assert len((await forum.settings.server(OTHER_GUILD)).categories) == 1
    with pytest.raises(NotFound):
        await forum.settings.remove_category(GUILD, "Health")


async def test_a_replaced_arrow_goes_on_to_count_so_that_no_vote_is_lost(forum: Forum) -> None:
    await forum.settings.change(GUILD, up_arrow="👍")
    settings = await forum.settings.of(GUILD)
    assert settings.vote_of("👍") is settings.vote_of("⬆️") is Vote.UP
    assert settings.arrows(Vote.UP) == ("👍", "⬆️")
    await forum.settings.change(GUILD, up_arrow="⬆️")
    assert (await forum.settings.of(GUILD)).arrows(Vote.UP) == ("⬆️", "👍")


async def test_an_arrow_cannot_change_sides_because_old_votes_would_turn_round(
    forum: Forum,
) -> None:
    await forum.settings.change(GUILD, up_arrow="👍")
    with pytest.raises(Invalid, match="was the other arrow before"):
        await forum.settings.change(GUILD, down_arrow="⬆️")
    with pytest.raises(Invalid, match="was the other arrow before"):
        await forum.settings.change(GUILD, up_arrow="🔺", down_arrow="👍")


async def test_a_server_that_was_set_up_keeps_its_arrows_when_the_defaults_change(
    forum: Forum, database: Database, clock: Clock
) -> None:
    await forum.settings.register(GUILD, "Mindful")
    later = Forum(database, GuildSettings(up_arrow="👍"), clock)
    assert (await later.settings.of(GUILD)).up_arrow == "⬆️"
    assert (await later.settings.of(OTHER_GUILD)).up_arrow == "👍"
