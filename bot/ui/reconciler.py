"""After each fresh session: compare what Discord shows with what is stored, and repair.

One page of history carries the reaction counts of 100 messages; voters are read only
where counts differ. Repairs go through the same services as events do.
"""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

import discord

from bot.domain.errors import UserError
from bot.domain.posts import State
from bot.domain.settings import GuildSettings
from bot.domain.views import Report
from bot.services.answers import Message
from bot.services.forum import Forum
from bot.services.questions import ForumPost, Place
from bot.services.settings import ForumRow
from bot.ui.marks import Marks
from bot.ui.people import author
from bot.ui.publisher import Publisher
from bot.ui.scrutiny import Scrutiny
from bot.ui.strays import Strays
from bot.ui.tags import due
from bot.ui.threads import Progress, is_gone, lately_active

log = logging.getLogger(__name__)
OVERLAP = timedelta(minutes=10)
"""Looked at again before the moment up to which everything was known."""
UNKNOWN_CHANNEL = 10003
MEMBERS_OWN = {discord.MessageType.default, discord.MessageType.reply}


@dataclass(slots=True)
class _Tally:
    """A report being written."""

    counted: dict[str, int] = field(default_factory=dict)
    failure: discord.HTTPException | None = None

    def add(self, name: str, number: int = 1) -> None:
        """Count a repair."""
        self.counted[name] = self.counted.get(name, 0) + int(number)


class Reconciler:
    """Repairs what happened while the bot was away."""

    def __init__(
        self,
        client: discord.Client,
        forum: Forum,
        publisher: Publisher,
        scrutiny: Scrutiny,
        marks: Marks,
        strays: Strays,
        *,
        days: int,
        reads_content: bool,
    ) -> None:
        self._client = client
        self._forum = forum
        self._publisher = publisher
        self._scrutiny = scrutiny
        self._marks = marks
        self._strays = strays
        self._days = days
        self._reads_content = reads_content

    async def guild(self, guild: discord.Guild) -> Report:
        """Repair one server; the report is kept for its moderators.

        What cannot be read stops nothing else; it is raised in the end, to be tried again.
        """
        tally = _Tally()
        for row in (await self._forum.settings.server(guild.id)).open_forums:
            channel = guild.get_channel(row.channel_id)
            if not isinstance(channel, discord.ForumChannel):
                await self._forum.settings.forum_missing(guild.id, row.channel_id)
            elif _readable(channel):
                await self._forum_channel(channel, row, tally)
        report = Report(**tally.counted)
        await self._forum.repairs.record(guild.id, report)
        if tally.failure is not None:
            raise tally.failure
        await self._forum.repairs.seen([guild.id])
        return report

    async def _forum_channel(
        self, channel: discord.ForumChannel, row: ForumRow, tally: _Tally
    ) -> None:
        guild_id = channel.guild.id
        now = discord.utils.utcnow()
        earliest = now - timedelta(days=self._days)
        seen = await self._forum.repairs.seen_at(guild_id)
        # A clock that was set back makes what is known end in the future.
        since = max(earliest, min(seen, now) - OVERLAP) if seen else earliest
        threads, there = await lately_active(channel, earliest, since)
        progress = Progress(channel, len(threads))
        for thread in threads:
            progress.next()
            try:
                await self._thread(thread, row, tally)
            except discord.HTTPException as error:
                if error.code == UNKNOWN_CHANNEL:  # discord.py keeps it through an outage.
                    there.discard(thread.id)
                    continue
                log.warning("thread %s could not be reconciled: %s", thread.id, error)
                tally.failure = error
        for place in await self._forum.repairs.active(channel.id, earliest):
            if place.thread_id is None or place.thread_id in there:
                continue
            if await is_gone(self._client, place.thread_id):
                gone = await self._forum.removal.thread_vanished(guild_id, place.thread_id)
                tally.add("posts_removed", gone is not None)

    async def _thread(self, thread: discord.Thread, row: ForumRow, tally: _Tally) -> None:
        guild_id = thread.guild.id
        question = await self._forum.questions.in_thread(guild_id, thread.id)
        known = await self._forum.cards.messages(question.id) if question else []
        messages = [message async for message in thread.history(limit=None, oldest_first=True)]
        for message in messages:
            if message.author == thread.guild.me and message.id not in known:
                await self._strays.look(message)
        question = question or await self._adopted(thread, messages, tally)
        if question is None or question.state is not State.OPEN:
            return
        await self._forum.questions.lock(guild_id, thread.id, closed=thread.locked)
        renamed = await self._forum.questions.retitle(guild_id, thread.id, thread.name)
        tally.add("comments_changed", renamed)
        await self._votes(messages, await self._forum.settings.of(guild_id), tally)
        await self._marks.follow(messages, question)
        for message in messages:
            await self._member_message(message, tally)
        # Only what was stored before the history was read can be missing from it.
        await self._vanished(guild_id, set(known) - {message.id for message in messages}, tally)
        tally.add("tags_mended", await self.mend_tags(thread, question.id, row))

    async def _adopted(
        self, thread: discord.Thread, messages: Sequence[discord.Message], tally: _Tally
    ) -> Place | None:
        """Adopt a member's own post and show its card; None when it is no question yet."""
        post_id = await self.adopt(thread, messages)
        if post_id is None:
            return None
        tally.add("questions_adopted")
        try:
            await self._publisher.publish(thread.guild.id, post_id)
        except UserError as error:
            log.warning("question %s cannot be shown: %s", post_id, error)
        return await self._forum.questions.in_thread(thread.guild.id, thread.id)

    async def adopt(
        self, thread: discord.Thread, messages: Sequence[discord.Message]
    ) -> int | None:
        """Store a member's own forum post as a question, if it is not one yet."""
        starter = next((item for item in messages if item.id == thread.id), None)
        if starter is None or starter.author.bot:
            return None
        image = next((item.filename for item in starter.attachments), None)
        post = ForumPost(
            thread.parent_id, thread.id, thread.name, starter.content, starter.created_at, image
        )
        return await self._forum.questions.adopt(author(starter), post)

    async def _votes(
        self, messages: Sequence[discord.Message], settings: GuildSettings, tally: _Tally
    ) -> None:
        added, removed = await self._scrutiny.look(messages, settings)
        tally.add("votes_added", added)
        tally.add("votes_removed", removed)

    async def _member_message(self, message: discord.Message, tally: _Tally) -> None:
        if message.author.bot or message.type not in MEMBERS_OWN or message.guild is None:
            return
        if await self._forum.comments.record(author(message), plain(message)) is not None:
            tally.add("comments_added")
        elif self._reads_content:
            changed = await self._forum.comments.follow(
                message.guild.id, message.id, message.content
            )
            tally.add("comments_changed", changed)

    async def _vanished(self, guild_id: int, gone: Iterable[int], tally: _Tally) -> None:
        for message_id in gone:
            removed = await self._forum.removal.vanished(guild_id, message_id)
            tally.add("posts_removed", removed is not None)

    async def mend_tags(self, thread: discord.Thread, question_id: int, row: ForumRow) -> bool:
        """Have a thread's tags put right; True when they were wrong though the card was drawn."""
        view = await self._forum.cards.view(thread.guild.id, question_id)
        if view is None or due(thread, row.tags, view) is None:
            return False
        await self._forum.cards.redraw(question_id)
        return view.version == view.drawn_version


def _readable(channel: discord.ForumChannel) -> bool:
    """Say whether history can be read: without the permission Discord shows an empty one."""
    allowed = channel.permissions_for(channel.guild.me)
    readable = allowed.view_channel and allowed.read_message_history
    if not readable:
        log.warning("the history of forum %s cannot be read", channel.id)
    return readable


def plain(message: discord.Message) -> Message:
    """Take from a message what the forum needs to know."""
    reply = message.reference.message_id if message.reference else None
    return Message(message.id, message.channel.id, message.content, message.created_at, reply)


def summary(report: Report) -> str:
    """Say in a line what was repaired."""
    parts = (
        (report.votes_added, "vote added", "votes added"),
        (report.votes_removed, "vote removed", "votes removed"),
        (report.questions_adopted, "question adopted", "questions adopted"),
        (report.comments_added, "comment added", "comments added"),
        (report.comments_changed, "edit followed", "edits followed"),
        (report.posts_removed, "deletion followed", "deletions followed"),
        (report.tags_mended, "tag mended", "tags mended"),
    )
    said = [f"{count} {one if count == 1 else many}" for count, one, many in parts if count]
    return ", ".join(said) or "nothing had to be repaired"
