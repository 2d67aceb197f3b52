import pytest

from bot.services.forum import Forum
from bot.services.recount import Differences
from db.engine import Database
from tests.world import (
    ADA,
    BEN,
    CID,
    GUILD,
    OTHER_GUILD,
    accept,
    answer,
    ask,
    down,
    points,
    score,
    see,
    sql,
    up,
)


@pytest.fixture
async def reply(forum: Forum) -> int:
    """An accepted answer with votes in both directions, on a question with votes too."""
    question = await ask(forum, ADA)
    reply = await answer(forum, question, BEN)
    await up(forum, question, BEN)
    await up(forum, reply, CID)
    await down(forum, reply, ADA)
    await accept(forum, reply)
    return reply


async def all_points(forum: Forum) -> list[int]:
    return [await points(forum, member) for member in (ADA, BEN, CID)]


@pytest.mark.parametrize(
    ("damage", "found"),
    [
        ("UPDATE posts SET ups = ups + 5 WHERE kind = 'answer'", Differences(scores=1)),
        ("UPDATE posts SET downs = 0", Differences(scores=1)),
        ("UPDATE members SET earned = 0", Differences(points=3)),
        ("UPDATE members SET earned = earned + 1 WHERE user_id = 12", Differences(points=1)),
        ("DELETE FROM ledger WHERE cause = 'accepted'", Differences(ledger=1)),
        ("UPDATE ledger SET amount = 7 WHERE cause = 'asked'", Differences(ledger=1)),
        ("UPDATE ledger SET user_id = 99 WHERE cause = 'answered'", Differences(ledger=2)),
        (
            "INSERT INTO ledger SELECT 99, 1, 13, 'votes', 77, 0, 1000, 0",
            Differences(ledger=1),
        ),
    ],
)
async def test_damage_is_found_counted_and_mended_and_then_there_is_none(
    forum: Forum, database: Database, reply: int, damage: str, found: Differences
) -> None:
    truth = await all_points(forum), await score(forum, reply)
    await sql(database, damage)
    assert await forum.recount.guild(GUILD) == found
    assert (await all_points(forum), await score(forum, reply)) == truth
    assert (await forum.recount.guild(GUILD)).none


async def test_an_untouched_forum_has_no_differences(forum: Forum, reply: int) -> None:
    assert await forum.recount.guild(GUILD) == Differences()
    assert await forum.recount.guild(OTHER_GUILD) == Differences()


async def test_a_recount_draws_nothing_that_was_right(forum: Forum, reply: int) -> None:
    before = await see(forum, reply)
    await forum.recount.guild(GUILD)
    assert await see(forum, reply) == before


async def test_a_ballot_that_came_from_nowhere_counts_with_all_that_follows(
    forum: Forum, database: Database, reply: int
) -> None:
    ben = await points(forum, BEN)
    await sql(database, "INSERT INTO ballots VALUES (:post, 14, 1, 0, NULL)", post=reply)
    assert await forum.recount.guild(GUILD) == Differences(scores=1, ledger=2)
    assert await score(forum, reply) == (2, 1)
    assert await points(forum, BEN) == ben + 20
    assert await points(forum, 14) == 110


async def test_every_server_is_recounted_and_progress_is_told(
    forum: Forum, database: Database, reply: int
) -> None:
    await ask(forum, guild=OTHER_GUILD)
    await sql(database, "UPDATE members SET earned = 5")
    steps: list[tuple[int, int]] = []
    found = await forum.recount.all(lambda done, total: steps.append((done, total)))
    assert found == Differences(points=4)
    assert steps == [(0, 2), (1, 2), (2, 2)]


async def test_points_given_by_hand_are_not_taken_for_damage(forum: Forum, reply: int) -> None:
    await forum.members.award(GUILD, CID, 77)
    with_bonus = await points(forum, CID)
    assert (await forum.recount.guild(GUILD)).none
    assert await points(forum, CID) == with_bonus
