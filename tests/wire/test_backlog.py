"""Servers that the bot is behind with: whose turn it is, and who has to rest."""

from bot.ui.backlog import LONGEST, Backlog

ONE, TWO = 1, 2


def rounds_until_due(backlog: Backlog, guild_id: int) -> int:
    rounds = 0
    while not backlog.due(guild_id):
        backlog.next_round()
        rounds += 1
    return rounds


def fail(backlog: Backlog, guild_id: int) -> int:
    """Fail once; returns after how many rounds it is tried again."""
    backlog.begin(guild_id)
    backlog.end(guild_id, well=False)
    return rounds_until_due(backlog, guild_id)


def test_a_server_that_fails_again_and_again_rests_longer_and_longer() -> None:
    backlog = Backlog()
    backlog.add([ONE])
    assert [fail(backlog, ONE) for _ in range(8)] == [1, 2, 4, 8, 16, 32, LONGEST, LONGEST]


def test_one_that_was_repaired_in_between_begins_with_short_rests() -> None:
    backlog = Backlog()
    for _ in range(4):
        fail(backlog, ONE)
    backlog.begin(ONE)
    backlog.end(ONE, well=True)
    assert fail(backlog, ONE) == 1


def test_what_is_missed_during_a_repair_makes_another_one_due() -> None:
    backlog = Backlog()
    backlog.add([ONE])
    backlog.begin(ONE)
    backlog.add([ONE])
    backlog.end(ONE, well=True)
    assert backlog.due(ONE)


def test_the_sooner_of_two_turns_counts() -> None:
    backlog = Backlog()
    backlog.add([ONE], rest=10)
    backlog.add([ONE])
    backlog.add([ONE], rest=5)
    assert backlog.due(ONE)


def test_a_server_is_up_to_date_when_it_neither_waits_nor_is_under_way() -> None:
    backlog = Backlog()
    backlog.add([ONE], rest=10)
    assert backlog.up_to_date([ONE, TWO]) == [TWO]
    backlog.begin(ONE)
    assert backlog.up_to_date([ONE, TWO]) == [TWO]
    backlog.end(ONE, well=True)
    assert backlog.up_to_date([ONE, TWO]) == [ONE, TWO]
