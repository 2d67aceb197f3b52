import pytest
from hypothesis import given
from hypothesis import strategies as some

from bot.domain.errors import Invalid
from bot.domain.shards import ALL, Shards, parse


@pytest.mark.parametrize(
    ("text", "first", "last", "count"),
    [
        ("0-3/8", 0, 3, 8),
        ("4-7/8", 4, 7, 8),
        ("0-7/8", 0, 7, 8),
        ("0-0/1", 0, 0, 1),
        ("5/8", 5, 5, 8),
        (" 0-3/8 ", 0, 3, 8),
    ],
)
def test_a_range_is_read_as_first_last_and_count(
    text: str, first: int, last: int, count: int
) -> None:
    assert parse(text) == Shards(first, last, count)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("3-1/8", "runs backwards. Write 1-3/8."),
        ("0-8/8", "no shard 8 of 8: they are numbered 0 to 7."),
        ("8/8", "no shard 8 of 8: they are numbered 0 to 7."),
        ("0-0/0", "1 to 10000 shards, not 0."),
        ("0-1/20000", "1 to 10000 shards, not 20000."),
        ("all", "“all” is no range of shards. Write for example 0-3/8 or 4/8."),
        ("0-3", "Write for example 0-3/8"),
        ("-1-3/8", "Write for example 0-3/8"),
        ("0–3/8", "Write for example 0-3/8"),
        ("٣/8", "Write for example 0-3/8"),
        ("0-3/8/8", "Write for example 0-3/8"),
        ("", "Write for example 0-3/8"),
    ],
)
def test_what_is_no_range_is_refused_with_what_to_write(text: str, told: str) -> None:
    with pytest.raises(Invalid) as refused:
        parse(text)
    assert told in str(refused.value)


def test_a_range_is_written_as_it_is_read() -> None:
    assert str(parse("5/8")) == "5-5/8"
    assert parse(str(Shards(2, 4, 8))) == Shards(2, 4, 8)


def test_only_a_range_of_all_shards_is_whole() -> None:
    assert ALL.whole
    assert parse("0-7/8").whole
    assert not parse("0-6/8").whole
    assert not parse("1-7/8").whole


def test_a_server_belongs_to_a_shard_by_the_time_in_its_id() -> None:
    third = (3 << 22) + 12_345
    assert parse("3/8").owns(third)
    assert not parse("4-7/8").owns(third)
    assert parse("1/2").owns(third)
    assert ALL.owns(third)


@given(some.integers(1, 2**63 - 1), some.integers(2, 64), some.data())
def test_each_server_belongs_to_just_one_of_the_runs(
    guild_id: int, count: int, data: some.DataObject
) -> None:
    cut = data.draw(some.integers(1, count - 1))
    low, high = Shards(0, cut - 1, count), Shards(cut, count - 1, count)
    assert low.owns(guild_id) != high.owns(guild_id)
