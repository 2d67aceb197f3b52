from bot.domain.posts import Kind
from bot.domain.votes import Vote
from bot.services.clock import utc_day
from bot.services.forum import Forum
from db.engine import Database
from db.queries import ballots
from tests.world import ADA, BEN, CID, GUILD, OTHER_GUILD, Clock, answer, ask, down, up


async def test_ballots_are_found_by_post_and_voter_together(
    forum: Forum, database: Database, clock: Clock
) -> None:
    first, second = await ask(forum), await ask(forum)
    await up(forum, first, BEN)
    await down(forum, second, CID)
    async with database.read() as tx:
        found = await ballots.find(tx, [(first, BEN), (first, CID), (second, CID)])
    day = utc_day(clock.now)
    assert found == {
        (first, BEN): (Vote.UP, day, None),
        (second, CID): (Vote.DOWN, day, None),
    }


async def test_all_ballots_of_posts_come_by_post_and_voter(
    forum: Forum, database: Database
) -> None:
    first, second = await ask(forum), await ask(forum)
    await up(forum, first, BEN)
    await down(forum, first, CID)
    async with database.read() as tx:
        assert await ballots.of_posts(tx, [first, second]) == {
            first: {BEN: Vote.UP, CID: Vote.DOWN},
            second: {},
        }


async def test_a_days_up_votes_are_counted_post_by_post(
    forum: Forum, database: Database, clock: Clock
) -> None:
    question = await ask(forum, ADA)
    reply = await answer(forum, question, ADA)
    hidden = await ask(forum, ADA, display_name="A friend")
    gone = await ask(forum, ADA)
    second = await ask(forum, ADA)
    for post in (question, second, reply, hidden, gone):
        await up(forum, post, BEN)
    await up(forum, reply, CID)
    await down(forum, question, CID)
    await forum.removal.delete(GUILD, gone, ADA, is_moderator=False)
    today = utc_day(clock.now)
    clock.pass_by(days=1)
    await up(forum, question, 1000)
    async with database.read() as tx:
        found = sorted(await ballots.ups_on_day(tx, GUILD, ADA, today))
        assert found == [(Kind.ANSWER, 2), (Kind.QUESTION, 1), (Kind.QUESTION, 1)]
        assert list(await ballots.ups_on_day(tx, OTHER_GUILD, ADA, today)) == []
        days = await ballots.days_of(tx, [question, reply])
    assert days == {(ADA, today), (ADA, today + 1)}


async def test_a_day_begins_at_midnight_utc(clock: Clock) -> None:
    noon = utc_day(clock.now)
    clock.pass_by(hours=11, minutes=59)
    assert utc_day(clock.now) == noon
    clock.pass_by(minutes=1)
    assert utc_day(clock.now) == noon + 1
