import pytest

from bot.domain.drafts import parse_question
from bot.domain.settings import GuildSettings
from bot.domain.shards import parse
from bot.services.forum import Forum
from db.engine import Database
from tests.world import ADA, BEN, FORUM, GUILD, Clock, ask, comment, fresh, person, see, up


async def test_a_card_is_stale_until_its_present_version_was_drawn(forum: Forum) -> None:
    question = await ask(forum, ADA)
    assert await forum.cards.stale() == [(GUILD, question)]
    drawn = (await see(forum, question)).version
    await up(forum, question, BEN)
    await forum.cards.drawn(question, drawn)
    assert await forum.cards.stale() == [(GUILD, question)]
    await forum.cards.drawn(question, (await see(forum, question)).version)
    assert await forum.cards.stale() == []


async def test_the_pages_that_were_drawn_are_known_in_order(forum: Forum) -> None:
    question = await ask(forum)
    await forum.cards.drawn(question, 1, [9, 7, 8])
    assert (await see(forum, question)).pages == (9, 7, 8)
    await forum.cards.drawn(question, 2)
    assert (await see(forum, question)).pages == (9, 7, 8)
    await forum.cards.drawn(question, 2, [])
    assert (await see(forum, question)).pages == ()


async def test_a_card_that_shows_something_else_can_be_drawn_again(forum: Forum) -> None:
    question = await ask(forum)
    await forum.cards.drawn(question, (await see(forum, question)).version)
    await forum.cards.redraw(question)
    assert await forum.cards.stale() == [(GUILD, question)]


async def test_comments_and_what_discord_does_not_show_are_never_drawn(forum: Forum) -> None:
    question = await ask(forum)
    await comment(forum, question)
    await forum.cards.drawn(question, (await see(forum, question)).version)
    assert await forum.cards.stale() == []


async def test_there_is_no_card_of_an_unknown_post(forum: Forum) -> None:
    assert await forum.cards.view(GUILD, 999) is None


@pytest.mark.parametrize("shards", ["0-0/2", "1-1/2", "2-4/5", "0-4/5", "0-0/1"])
async def test_each_run_finds_only_its_own_servers_cards_and_half_shown_posts(
    database: Database, clock: Clock, shards: str
) -> None:
    mine = parse(shards)
    forum = Forum(database, GuildSettings(), clock, mine)
    servers = [1 << 22, (2 << 22) + 7, (3 << 22) - 1, 1_200_000_000_000_000_000, 2**63 - 1]
    stale = [(server, await ask(forum, guild=server)) for server in servers]
    left = [(server, await half_asked(forum, server)) for server in servers]

    assert await forum.cards.stale() == [post for post in stale if mine.owns(post[0])]
    found = [(place.guild_id, place.id) for place in await forum.questions.unopened()]
    assert found == [post for post in left if mine.owns(post[0])]


async def half_asked(forum: Forum, server: int) -> int:
    """A question that is stored, and that Discord does not show yet."""
    settings = await forum.settings.of(server)
    title = f"How does server number {server} work?"
    draft = parse_question(
        settings, (), title=title, body="", category="", tags="", display_name=""
    )
    return await forum.questions.ask(person(ADA, server), FORUM, draft, fresh("ask"))
