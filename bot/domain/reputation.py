"""What a vote, an answer, an acceptance is worth.

Points are a function of the current posts and ballots, never of the path that led
there: each credit below is a *target*, and the ledger is brought to it. So whatever is
taken back takes exactly its points back, and a recount finds no difference.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields, replace
from enum import StrEnum

from bot.domain.errors import Invalid
from bot.domain.posts import Kind, Standing
from bot.domain.votes import Vote


class Cause(StrEnum):
    """Why a ledger row exists."""

    ASKED = "asked"
    ANSWERED = "answered"
    ACCEPTING = "accepting"
    ACCEPTED = "accepted"
    VOTES = "votes"
    """Votes received on a post."""
    VOTED = "voted"
    """A vote given."""
    CAPPED = "capped"
    """What a day's gain from votes exceeds the daily cap by."""
    BONUS = "bonus"


@dataclass(frozen=True, slots=True)
class Rules:
    """What is worth how many points; every number can be changed by a server."""

    base: int = 100
    asked: int = 20
    answered: int = 40
    accepting: int = 30
    accepting_own: int = 30
    accepted: int = 300
    vote_up_question: int = 10
    vote_down_question: int = 10
    vote_up_answer: int = 10
    vote_down_answer: int = 10
    question_up: int = 10
    question_down: int = 10
    question_gain_max: int = 100
    question_loss_max: int = 30
    answer_up: int = 20
    answer_down: int = 20
    answer_gain_max: int = 200
    answer_loss_max: int = 50
    comment_up: int = 0
    comment_down: int = 0
    comment_gain_max: int = 100
    comment_loss_max: int = 30
    daily_cap: int = 0
    """Points a member can gain from votes in one UTC day; 0 means no limit."""
    floor: int | None = None
    """Points never show less than this; None means no limit."""


UNLIMITED = 1_000_000_000
QUESTION2ANSWER = Rules()
"""Question2Answer's defaults, times its points_multiple of 10: see qa A5."""
STACKOVERFLOW = Rules(
    base=1,
    asked=0,
    answered=0,
    accepting=2,
    accepting_own=0,
    accepted=15,
    vote_up_question=0,
    vote_down_question=0,
    vote_up_answer=0,
    vote_down_answer=-1,
    question_up=10,
    question_down=2,
    question_gain_max=UNLIMITED,
    question_loss_max=UNLIMITED,
    answer_up=10,
    answer_down=2,
    answer_gain_max=UNLIMITED,
    answer_loss_max=UNLIMITED,
    daily_cap=200,
    floor=1,
)
"""Stack Overflow's public numbers: see qa C."""
PRESETS: dict[str, Rules] = {"question2answer": QUESTION2ANSWER, "stackoverflow": STACKOVERFLOW}
WORTH_MAX = UNLIMITED


@dataclass(frozen=True, slots=True)
class Credit:
    """What one member shall have for one cause about one post (or one day)."""

    user_id: int
    cause: Cause
    post_id: int
    amount: int
    day: int = 0


def with_changes(preset: str, changes: dict[str, int]) -> Rules:
    """Take a preset with a server's own numbers; raises Invalid for unknown ones."""
    known = {field.name for field in fields(Rules)}
    if preset not in PRESETS:
        raise Invalid([f"There are no point rules called “{preset}”. Try {' or '.join(PRESETS)}."])
    unknown = sorted(set(changes) - known)
    if unknown:
        raise Invalid([f"There is no point rule called “{name}”." for name in unknown])
    no_number = [name for name, worth in changes.items() if type(worth) is not int]
    if no_number:
        raise Invalid([f"“{name}” needs a whole number." for name in no_number])
    too_big = [name for name, worth in changes.items() if abs(worth) > WORTH_MAX]
    if too_big:
        raise Invalid([f"“{name}” is too large." for name in too_big])
    return replace(PRESETS[preset], **changes)


def received(post: Standing, rules: Rules) -> int:
    """Points from votes on a post; gains and losses are capped apart (qa A5)."""
    up, down, gain_max, loss_max = {
        Kind.QUESTION: (
            rules.question_up,
            rules.question_down,
            rules.question_gain_max,
            rules.question_loss_max,
        ),
        Kind.ANSWER: (
            rules.answer_up,
            rules.answer_down,
            rules.answer_gain_max,
            rules.answer_loss_max,
        ),
        Kind.COMMENT: (
            rules.comment_up,
            rules.comment_down,
            rules.comment_gain_max,
            rules.comment_loss_max,
        ),
    }[post.kind]
    return min(up * post.ups, gain_max) - min(down * post.downs, loss_max)


def author_credits(post: Standing, rules: Rules) -> Iterator[Credit]:
    """All that a post's author shall have because of this post; zeros included.

    Posts under a name to display earn nothing: rising points would unmask the author.
    """
    shown = 1 if post.visible and not post.anonymous else 0

    def credit(cause: Cause, amount: int) -> Credit:
        return Credit(post.author_id, cause, post.id, amount * shown)

    yield credit(Cause.VOTES, received(post, rules))
    if post.kind is Kind.QUESTION:
        yield credit(Cause.ASKED, rules.asked)
    if post.kind is Kind.ANSWER:
        own = post.author_id == post.asker_id
        yield credit(Cause.ANSWERED, rules.answered)
        yield credit(Cause.ACCEPTED, rules.accepted if post.is_accepted and not own else 0)


def accepting_credit(question: Standing, answer_author_id: int | None, rules: Rules) -> Credit:
    """What the asker shall have for having chosen an answer; None when none is chosen."""
    own = answer_author_id == question.author_id
    worth = rules.accepting_own if own else rules.accepting
    chosen = question.visible and not question.anonymous and answer_author_id is not None
    return Credit(question.author_id, Cause.ACCEPTING, question.id, worth if chosen else 0)


def voter_credit(post: Standing, voter_id: int, vote: Vote | None, rules: Rules) -> Credit:
    """What a voter shall have for the vote given (Question2Answer pays for voting)."""
    worth = {
        (Kind.QUESTION, Vote.UP): rules.vote_up_question,
        (Kind.QUESTION, Vote.DOWN): rules.vote_down_question,
        (Kind.ANSWER, Vote.UP): rules.vote_up_answer,
        (Kind.ANSWER, Vote.DOWN): rules.vote_down_answer,
    }
    amount = worth.get((post.kind, vote), 0) if vote is not None and post.visible else 0
    return Credit(voter_id, Cause.VOTED, post.id, amount)


def capped_credit(
    user_id: int, day: int, ups_by_post: Iterable[tuple[Kind, int]], rules: Rules
) -> Credit:
    """What must be taken off so that a day's gains from votes stay within the cap."""
    worth = {
        Kind.QUESTION: (rules.question_up, rules.question_gain_max),
        Kind.ANSWER: (rules.answer_up, rules.answer_gain_max),
        Kind.COMMENT: (rules.comment_up, rules.comment_gain_max),
    }
    gained = sum(min(worth[kind][0] * ups, worth[kind][1]) for kind, ups in ups_by_post)
    excess = max(0, gained - rules.daily_cap) if rules.daily_cap else 0
    return Credit(user_id, Cause.CAPPED, 0, -excess, day)


def total(ledger_sum: int, rules: Rules) -> int:
    """A member's points from the sum of their ledger rows."""
    points = rules.base + ledger_sum
    return points if rules.floor is None else max(rules.floor, points)
