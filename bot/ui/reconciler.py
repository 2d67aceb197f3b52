"""After each fresh session: compare what Discord shows with what is stored, and repair.

One page of history carries the reaction counts of 100 messages; voters are read only
where counts differ. Repairs go through the same services as events do.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import discord

from bot.domain.forum_tags import choose
from bot.domain.posts import Kind, State
from bot.domain.settings import GuildSettings
from bot.domain.views import Report
from bot.services.answers import Message
from bot.services.forum import Forum
from bot.services.questions import ForumPost
from bot.services.settings import ForumRow
from bot.ui.people import author
from bot.ui.reactions import counts, has_own_arrows, take_off, voters
from bot.ui.threads import find_thread

log = logging.getLogger(__name__)
OVERLAP = timedelta(minutes=10)
"""Looked at again before the moment up to which everything was known."""
ACCEPT = "✅"
MEMBERS_OWN = {discord.MessageType.default, discord.MessageType.reply}


@dataclass(slots=True)
class _Tally:
    """A report being written."""

    counted: dict[str, int] = field(default_factory=dict)

    def add(self, name: str, number: int = 1) -> None:
        """Count a repair."""
        self.counted[name] = self.counted.get(name, 0) + int(number)


class Reconciler:
    """Repairs what happened while the bot was away."""

    def __init__(
        self, client: discord.Client, forum: Forum, *, days: int, reads_content: bool
    ) -> None:
        self._client = client
        self._forum = forum
        self._days = days
        self._reads_content = reads_content
        self._unread: dict[int, tuple[int, int]] = {}

    async def guild(self, guild: discord.Guild) -> Report:
        """Repair one server; the report is kept for its moderators."""
        tally = _Tally()
        since = await self._since(guild.id)
        for row in (await self._forum.settings.server(guild.id)).open_forums:
            channel = guild.get_channel(row.channel_id)
            if isinstance(channel, discord.ForumChannel):
                await self._forum_channel(channel, row, since, tally)
            else:
                await self._forum.settings.forum_missing(guild.id, row.channel_id)
        report = Report(**tally.counted)
        await self._forum.repairs.record(guild.id, report)
        await self._forum.repairs.seen([guild.id])
        return report

    async def _since(self, guild_id: int) -> datetime:
        earliest = discord.utils.utcnow() - timedelta(days=self._days)
        seen = await self._forum.repairs.seen_at(guild_id)
        return max(earliest, seen - OVERLAP) if seen else earliest

    async def _forum_channel(
        self, channel: discord.ForumChannel, row: ForumRow, since: datetime, tally: _Tally
    ) -> None:
        found: set[int] = set()
        for thread in await _threads(channel, since):
            found.add(thread.id)
            await self._thread(thread, row, tally)
        for place in await self._forum.repairs.active(channel.id, since):
            if place.thread_id in found or place.thread_id is None:
                continue
            if await find_thread(self._client, place.thread_id) is None:
                gone = await self._forum.removal.thread_vanished(channel.guild.id, place.thread_id)
                tally.add("posts_removed", gone is not None)

    async def _thread(self, thread: discord.Thread, row: ForumRow, tally: _Tally) -> None:
        guild_id = thread.guild.id
        settings = await self._forum.settings.of(guild_id)
        messages = [message async for message in thread.history(limit=None, oldest_first=True)]
        if await self.adopt(thread, messages) is not None:
            tally.add("questions_adopted")
            return
        question = await self._forum.questions.in_thread(guild_id, thread.id)
        if question is None or question.state is not State.OPEN:
            return
        await self._forum.questions.lock(guild_id, thread.id, closed=thread.locked)
        await self._votes(messages, settings, tally)
        for message in messages:
            await self._member_message(message, tally)
        await self._vanished(guild_id, question.id, {message.id for message in messages}, tally)
        await self._tags(thread, question.id, row, tally)

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
        stored = await self._forum.votes.counted([message.id for message in messages])
        for message in messages:
            if message.id not in stored:
                continue
            if counts(message, settings) != stored[message.id]:
                await self.match(message, settings, tally)
            elif any(stored[message.id]):
                self._unread[message.id] = (_guild_id(message), message.channel.id)
            await self._acceptance(message)

    async def prove(self, message: discord.Message) -> None:
        """Compare a card just drawn with what is stored: Discord told its votes along with it."""
        settings = await self._forum.settings.of(_guild_id(message))
        stored = (await self._forum.votes.counted([message.id])).get(message.id)
        if stored is None or not has_own_arrows(message, settings):
            return
        if counts(message, settings) != stored:
            log.info("message %s shows other votes than are stored", message.id)
            await self.match(await message.channel.fetch_message(message.id), settings)

    async def read_voters(self, most: int) -> None:
        """Read who voted on some cards whose counts agreed: voters may have changed places."""
        for message_id in list(self._unread)[:most]:
            guild_id, channel_id = self._unread.pop(message_id)
            channel = self._client.get_partial_messageable(channel_id, guild_id=guild_id)
            try:
                message = await channel.fetch_message(message_id)
            except (discord.NotFound, discord.Forbidden):
                continue
            await self.match(message, await self._forum.settings.of(guild_id))

    async def match(
        self, message: discord.Message, settings: GuildSettings, tally: Any = None
    ) -> None:
        """Bring one message's ballots to its reactions."""
        shown = await voters(message, settings)
        matched = await self._forum.votes.match(_guild_id(message), message.id, shown)
        for voter, vote in matched.surplus:
            for arrow in settings.arrows(vote):
                await take_off(message, arrow, voter)
        if tally is not None:
            tally.add("votes_added", matched.added)
            tally.add("votes_removed", matched.removed)

    async def _acceptance(self, message: discord.Message) -> None:
        """Follow a ✅ that the asker put on an answer while the bot was away."""
        mark = next((item for item in message.reactions if str(item.emoji) == ACCEPT), None)
        if mark is None or message.guild is None:
            return
        guild_id = message.guild.id
        place = await self._forum.questions.at_message(guild_id, message.id)
        if place is None or place.kind is not Kind.ANSWER:
            return
        question = await self._forum.questions.find(guild_id, place.question_id)
        if question.accepted_id is not None:
            return
        if any([user.id == question.author_id async for user in mark.users()]):
            await self._forum.acceptance.accept(
                guild_id, place.id, question.author_id, is_moderator=False
            )

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

    async def _vanished(
        self, guild_id: int, question_id: int, there: set[int], tally: _Tally
    ) -> None:
        for message_id in await self._forum.cards.messages(question_id):
            if message_id not in there:
                gone = await self._forum.removal.vanished(guild_id, message_id)
                tally.add("posts_removed", gone is not None)

    async def _tags(
        self, thread: discord.Thread, question_id: int, row: ForumRow, tally: _Tally
    ) -> None:
        if not await self.tags_fit(thread, question_id, row):
            await self._forum.cards.redraw(question_id)
            tally.add("tags_mended")

    async def tags_fit(self, thread: discord.Thread, question_id: int, row: ForumRow) -> bool:
        """Say whether a question's thread carries the tags that it should."""
        view = await self._forum.cards.view(thread.guild.id, question_id)
        if view is None:
            return True
        current = [tag.id for tag in thread.applied_tags]
        wanted = choose(current, row.tags, view.stage, view.category_id)
        return set(wanted.tags) == set(current)


async def _threads(channel: discord.ForumChannel, since: datetime) -> list[discord.Thread]:
    """Active threads, and those archived since then; older ones can have got no reactions."""
    found = {thread.id: thread for thread in channel.threads if not thread.archived}
    async for thread in channel.archived_threads(limit=None):
        if thread.archive_timestamp < since:
            break
        found.setdefault(thread.id, thread)
    return list(found.values())


def _guild_id(message: discord.Message) -> int:
    return message.guild.id if message.guild else 0


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
