from bot.services.forum import Forum
from tests.world import ADA, BEN, GUILD, ask, comment, see, up


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
