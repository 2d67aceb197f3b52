from hypothesis import given
from hypothesis import strategies as st

from db.chunks import SIZE, chunks


@given(items=st.lists(st.integers(), max_size=60), size=st.integers(1, 10))
def test_pieces_hold_everything_in_order_and_none_is_too_long(items: list[int], size: int) -> None:
    pieces = list(chunks(items, size))
    assert [item for piece in pieces for item in piece] == items
    assert all(0 < len(piece) <= size for piece in pieces)


def test_a_statement_carries_no_more_values_than_every_engine_takes() -> None:
    assert SIZE * 2 < 32_766
    assert [len(piece) for piece in chunks(range(SIZE + 1))] == [SIZE, 1]
