"""Whether a vote counts, and how a refusal is worded. Source: Question2Answer, qa A4."""

from enum import IntEnum, StrEnum

from bot.domain.posts import Kind, Standing


class Vote(IntEnum):
    """One ballot; the value is what it adds to the net score."""

    UP = 1
    DOWN = -1


class Refusal(StrEnum):
    """Why a vote does not count; kept, so that the voter can ask later."""

    OWN_POST = "own_post"
    GONE = "gone"
    SUSPENDED = "suspended"
    COMMENT = "comment"


REASONS: dict[Refusal, str] = {
    Refusal.OWN_POST: "Nobody can vote on their own post. Others will find it soon.",
    Refusal.GONE: "This post was deleted, so votes on it no longer count.",
    Refusal.SUSPENDED: (
        "Your voting is suspended on this server. Ask a moderator if this is a mistake."
    ),
    Refusal.COMMENT: "Votes on comments are switched off here. Vote on the question or an answer.",
}


def judge(post: Standing, voter_id: int, *, suspended: bool, comment_votes: bool) -> Refusal | None:
    """Say why this member's vote on this post does not count; None when it does."""
    if not post.visible:
        return Refusal.GONE
    if voter_id == post.author_id:
        return Refusal.OWN_POST
    if suspended:
        return Refusal.SUSPENDED
    if post.kind is Kind.COMMENT and not comment_votes:
        return Refusal.COMMENT
    return None
