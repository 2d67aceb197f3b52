"""Comments: the other messages in a question's thread."""

from bot.domain.posts import Kind, State
from bot.services.answers import Message
from bot.services.clock import Clock
from bot.services.edits import follow
from bot.services.people import Asker
from bot.services.posting import store
from db.engine import Database, Tx
from db.queries import posts
from db.queries.posts import NewPost, Place


class Comments:
    """Members' plain messages, kept as comments on the post they reply to."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._db = database
        self._clock = clock

    async def record(self, author: Asker, message: Message) -> int | None:
        """Keep a message as a comment, once; None outside question threads or when known."""
        async with self._db.write() as tx:
            question = await posts.question_in(tx, author.guild_id, message.thread_id)
            if question is None or question.state is not State.OPEN:
                return None
            if await posts.by_message(tx, author.guild_id, message.id) is not None:
                return None
            parent = await _parent(tx, question, message.reply_to)
            post = NewPost(
                guild_id=author.guild_id,
                kind=Kind.COMMENT,
                author_id=author.user_id,
                origin=f"message:{message.id}",
                forum_id=question.forum_id,
                created_at=message.created_at,
                state=State.OPEN,
                question_id=question.id,
                parent_id=parent,
                thread_id=question.thread_id,
                message_id=message.id,
                body=message.body,
            )
            post_id, new = await store(tx, post, author.name)
        return post_id if new else None

    async def follow(self, guild_id: int, message_id: int, body: str) -> bool:
        """Keep what a member's message says now; True when that was a change.

        Comments, adopted questions and adopted answers get a revision.
        """
        async with self._db.write() as tx:
            return await follow(tx, guild_id, message_id, body, self._clock())

    async def under(self, guild_id: int, question_id: int) -> list[Place]:
        """All visible comments of a question's thread, oldest first."""
        async with self._db.read() as tx:
            found = await posts.of_question(tx, question_id, Kind.COMMENT)
        return [place for place in found if place.guild_id == guild_id]


async def _parent(tx: Tx, question: Place, reply_to: int | None) -> int:
    """Choose the post that a reply is a comment on; a reply to a comment joins its parent."""
    if reply_to is None:
        return question.id
    target = await posts.by_message(tx, question.guild_id, reply_to)
    if target is None or target.question_id != question.id:
        return question.id
    return target.parent_id or question.id if target.kind is Kind.COMMENT else target.id
