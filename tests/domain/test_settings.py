import json
from typing import Any

import pytest

from bot.domain.errors import Invalid
from bot.domain.reputation import QUESTION2ANSWER, STACKOVERFLOW
from bot.domain.settings import GuildSettings, from_record
from bot.domain.votes import Vote

DEFAULTS = GuildSettings()


def test_the_defaults_keep_their_own_rules() -> None:
    assert DEFAULTS.changed() == DEFAULTS
    assert DEFAULTS.rules == QUESTION2ANSWER


def test_a_change_leaves_the_original_as_it_was() -> None:
    assert DEFAULTS.changed(tags_max=2).tags_max == 2
    assert DEFAULTS.tags_max == 5


def test_point_rules_are_a_preset_with_changes() -> None:
    chosen = DEFAULTS.changed(points="stackoverflow", point_rules={"asked": 7})
    assert chosen.rules.asked == 7
    assert chosen.rules.accepted == STACKOVERFLOW.accepted


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"colour": "red"}, "no setting called “colour”"),
        ({"tags_max": "3"}, "“tags_max” needs a whole number"),
        ({"tags_max": True}, "“tags_max” needs a whole number"),
        ({"anonymous": 1}, "“anonymous” needs yes or no"),
        ({"welcome": 3}, "“welcome” needs a text"),
        ({"point_rules": "asked"}, "“point_rules” needs a table of numbers"),
        ({"tags_max": 6}, "“tags_max” must be from 0 to 5"),
        ({"tags_max": -1}, "“tags_max” must be from 0 to 5"),
        ({"question_title_min": 0}, "“question_title_min” must be from 1"),
        ({"question_title_max": 251}, "“question_title_max” must be from 1 to 250"),
        ({"body_max": 4001}, "“body_max” must be from 100 to 4000"),
        ({"question_title_min": 130}, "shortest title allowed is longer"),
        ({"answer_min": 200, "body_max": 100}, "shortest answer allowed is longer"),
        ({"up_arrow": "up"}, "“up” is not an emoji"),
        ({"up_arrow": "⬇"}, "two arrows must be different"),
        ({"welcome": "  "}, "welcome text needs"),
        ({"welcome": "x" * 2001}, "welcome text needs"),
        ({"points": "reddit"}, "no point rules called “reddit”"),
        ({"point_rules": {"karma": 1}}, "no point rule called “karma”"),
    ],
)
def test_impossible_settings_are_refused(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(Invalid, match=said):
        DEFAULTS.changed(**changes)


@pytest.mark.parametrize("worth", [True, "5", 1.5, None, [1]])
def test_a_point_rule_takes_nothing_but_a_whole_number(worth: Any) -> None:
    with pytest.raises(Invalid, match="asked"):
        DEFAULTS.changed(point_rules={"asked": worth})


def test_all_problems_are_said_at_once() -> None:
    with pytest.raises(Invalid) as refused:
        DEFAULTS.changed(tags_max=9, welcome="", up_arrow="a")
    assert len(refused.value.problems) == 3


def test_settings_survive_being_stored() -> None:
    chosen = DEFAULTS.changed(up_arrow="👍", points="stackoverflow", point_rules={"asked": 3})
    record = json.loads(json.dumps(chosen.as_record()))
    assert from_record(record, DEFAULTS) == chosen


def test_what_a_later_version_stored_is_left_out() -> None:
    assert from_record({"tags_max": 3, "telepathy": True}, DEFAULTS) == DEFAULTS.changed(tags_max=3)


@pytest.mark.parametrize(
    ("emoji", "vote"),
    [("⬆️", Vote.UP), ("⬆", Vote.UP), ("⬇️", Vote.DOWN), ("⬇", Vote.DOWN), ("👍", None), ("", None)],
)
def test_an_arrow_is_a_vote_with_or_without_its_variation_selector(
    emoji: str, vote: Vote | None
) -> None:
    assert DEFAULTS.vote_of(emoji) is vote


def test_a_custom_emoji_is_known_by_its_number_whatever_its_name() -> None:
    chosen = DEFAULTS.changed(up_arrow="<:up:123456789012345678>")
    assert chosen.vote_of("<a:renamed:123456789012345678>") is Vote.UP
    assert chosen.vote_of("<:up:999999999999999999>") is None


@pytest.mark.parametrize("vote", list(Vote))
def test_each_vote_has_an_arrow_that_means_it(vote: Vote) -> None:
    assert DEFAULTS.vote_of(DEFAULTS.arrow(vote)) is vote
