"""A forum in which everything has happened once: every table holds something."""

from datetime import timedelta
from typing import Final

from bot.domain.forum_tags import ForumTags
from bot.domain.posts import Stage
from bot.domain.views import Report
from bot.domain.votes import Vote
from bot.services.edits import NewText
from bot.services.forum import Forum
from bot.services.settings import Panel
from tests.world import (
    ADA,
    BEN,
    CID,
    DEE,
    FORUM,
    GUILD,
    OTHER_GUILD,
    START,
    accept,
    answer,
    ask,
    comment,
    message_of,
    person,
    up,
)

TITLE: Final = "How do bees find home in a fog?"
BODY: Final = "They do — “quite” well, it is said: 🐝 ⬆️.\n\n```py\nprint('%s' % 1)\n```\n\\o/ :)"


async def live(forum: Forum) -> int:
    """Let it all happen; returns the question that members care about."""
    await _set_up(forum)
    question = await ask(
        forum, ADA, title=TITLE, body=BODY, category="Animals", tags="bees fog", display_name="Mo"
    )
    await forum.questions.opened(GUILD, question, message_of(question), message_of(question), [71])
    reply = await answer(forum, question, BEN)
    for voter in (CID, DEE):
        await up(forum, question, voter)
        await up(forum, reply, voter)
    await forum.votes.cast(GUILD, message_of(reply), BEN, Vote.UP)  # One's own is refused.
    await accept(forum, reply)
    await comment(forum, question, CID, "It's “so” — 100 % sure; see D:\\bees")
    await forum.edits.apply(
        person(ADA),
        question,
        1,
        NewText(BODY + " Why?", TITLE, ("bees",)),
        is_moderator=False,
    )
    gone = await answer(forum, question, CID)
    await forum.removal.delete(GUILD, gone, CID, is_moderator=False)
    await ask(forum, BEN, guild=OTHER_GUILD)
    await _by_the_way(forum)
    return question


async def _set_up(forum: Forum) -> None:
    await forum.settings.register(GUILD, "Bramble")
    await forum.settings.register(OTHER_GUILD, "Thicket")
    await forum.settings.save_forum(GUILD, FORUM, ForumTags({Stage.SOLVED: 81}, {}))
    await forum.settings.save_panel(GUILD, Panel(31, 32))
    await forum.settings.change(GUILD, up_arrow="👍")
    await forum.settings.add_category(GUILD, "Animals")


async def _by_the_way(forum: Forum) -> None:
    """Awards, suspensions, drafts, repairs; the newest draft is gone again."""
    await forum.members.award(GUILD, DEE, -7)
    await forum.members.suspend(GUILD, DEE, START + timedelta(days=2, microseconds=3))
    await forum.drafts.keep(GUILD, ADA, "question", {"title": "Why, “oh” why"})
    newest = await forum.drafts.keep(GUILD, ADA, "question", {"title": "Never mind"})
    await forum.drafts.drop(GUILD, ADA, newest)
    await forum.repairs.record(GUILD, Report(votes_added=2))
    await forum.repairs.seen([GUILD])
