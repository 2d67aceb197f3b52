import pytest

from tests.benchmarks.__main__ import main
from tests.benchmarks.measures import Benchmark, Measured, compare

FINE = Benchmark(2, lambda: Measured(2.0, "ours 4/s, theirs 2/s"))
SLOW = Benchmark(2, lambda: Measured(1.99, "ours 3/s, theirs 2/s"))


def test_a_goal_that_is_reached_is_told_after_its_numbers(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main([], {"fine": FINE}) == 0
    said = capsys.readouterr().out.splitlines()
    assert said == ["fine: ours 4/s, theirs 2/s", "fine ratio 2.00 goal 2 ok"]


def test_one_missed_goal_fails_the_run(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([], {"slow": SLOW, "fine": FINE}) == 1
    assert "slow ratio 1.99 goal 2 missed" in capsys.readouterr().out


def test_only_the_benchmarks_that_were_named_are_run(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["fine"], {"slow": SLOW, "fine": FINE}) == 0
    assert "slow" not in capsys.readouterr().out


def test_an_unknown_name_is_refused_with_the_known_ones(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["fast"], {"slow": SLOW, "fine": FINE}) == 2
    said = capsys.readouterr()
    assert "no benchmark fast. Choose from: slow, fine." in said.err
    assert said.out == ""


def test_rates_are_compared_by_their_medians_after_warming_up() -> None:
    ours = iter([1000.0, 10, 30, 20])
    theirs = iter([1.0, 5, 5, 50])
    measured = compare(lambda: next(ours), lambda: next(theirs), "votes/s", rounds=3)
    assert measured.ratio == 4
    assert measured.numbers == "ours 20 votes/s, theirs 5 votes/s, 3 rounds"
