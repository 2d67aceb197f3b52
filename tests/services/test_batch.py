import asyncio
from collections.abc import Sequence

import pytest

from bot.domain.errors import Unavailable
from bot.services.batch import Batch

LOST = 404


class Squares:
    """Squares numbers, and keeps which it was handed together; refuses negatives and loses 404."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []

    async def commit(self, numbers: Sequence[int]) -> list[int]:
        self.batches.append(list(numbers))
        await asyncio.sleep(0)
        if LOST in numbers:
            raise Unavailable
        if min(numbers) < 0:
            raise ValueError(f"{min(numbers)} has no place here")
        return [number * number for number in numbers]


@pytest.fixture
def squares() -> Squares:
    return Squares()


async def test_what_comes_together_is_committed_together(squares: Squares) -> None:
    batch = Batch(squares.commit)
    assert await asyncio.gather(*(batch.submit(n) for n in range(5))) == [0, 1, 4, 9, 16]
    assert squares.batches == [[0, 1, 2, 3, 4]]


async def test_what_comes_during_a_commit_waits_for_the_next(squares: Squares) -> None:
    batch = Batch(squares.commit)

    async def late() -> list[int]:
        return list(await asyncio.gather(batch.submit(2), batch.submit(3)))

    first, others = await asyncio.gather(batch.submit(1), late())
    assert (first, others) == (1, [4, 9])
    assert squares.batches == [[1], [2, 3]]


async def test_a_commit_takes_no_more_than_its_limit(squares: Squares) -> None:
    batch = Batch(squares.commit, limit=2)
    assert await asyncio.gather(*(batch.submit(n) for n in range(5))) == [0, 1, 4, 9, 16]
    assert squares.batches == [[0, 1], [2, 3], [4]]


async def test_the_one_that_fails_gets_the_error_and_the_others_their_results(
    squares: Squares,
) -> None:
    batch = Batch(squares.commit)
    first, bad, last = await asyncio.gather(
        batch.submit(1), batch.submit(-1), batch.submit(2), return_exceptions=True
    )
    assert (first, last) == (1, 4)
    assert isinstance(bad, ValueError)
    assert squares.batches == [[1, -1, 2], [1], [-1], [2]]


async def test_a_failure_alone_is_not_tried_twice(squares: Squares) -> None:
    batch = Batch(squares.commit)
    with pytest.raises(ValueError, match="-1"):
        await batch.submit(-1)
    assert squares.batches == [[-1]]


async def test_without_a_database_all_who_came_together_are_told_at_once(
    squares: Squares,
) -> None:
    batch = Batch(squares.commit)
    told = await asyncio.gather(*(batch.submit(n) for n in (1, LOST, 2)), return_exceptions=True)
    assert [type(error) for error in told] == [Unavailable] * 3
    assert squares.batches == [[1, LOST, 2]]


async def test_after_a_failure_the_next_one_is_committed_as_usual(squares: Squares) -> None:
    batch = Batch(squares.commit)
    with pytest.raises(ValueError, match="-1"):
        await batch.submit(-1)
    assert await batch.submit(3) == 9


async def test_one_who_stops_waiting_holds_up_nobody(squares: Squares) -> None:
    batch = Batch(squares.commit)
    impatient = asyncio.create_task(batch.submit(1))
    patient = asyncio.create_task(batch.submit(2))
    await asyncio.sleep(0)
    impatient.cancel()
    assert await patient == 4
    assert impatient.cancelled()


async def test_closing_waits_until_all_is_committed(squares: Squares) -> None:
    batch = Batch(squares.commit, limit=1)
    waiting = [asyncio.create_task(batch.submit(n)) for n in range(3)]
    await asyncio.sleep(0)
    await batch.close()
    assert squares.batches == [[0], [1], [2]]
    assert await asyncio.gather(*waiting) == [0, 1, 4]


async def test_closing_with_nothing_waiting_is_no_trouble(squares: Squares) -> None:
    await Batch(squares.commit).close()
    assert squares.batches == []
