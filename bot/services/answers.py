"""Answers: writing one, and turning a comment into one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.drafts import AnswerDraft
from bot.domain.errors import NotAllowed, NotFound, Repeated
from bot.domain.posts import Kind, State
from bot.domain.words import same_words
from bot.services.clock import Clock
from bot.services.people import Asker
from bot.services.posting import need_open_question, settle_posts, shown, store
from bot.services.settings import Settings
from db.engine import Database, Tx
from db.queries import drawing, posts
from db.queries.posts import NewPost, Place


@dataclass(frozen=True, slots=True)
class Message:
    """A member's own message in a thread, as far as the forum needs to know it."""

    id: int
    thread_id: int
    body: str
    created_at: datetime
    reply_to: int | None = None


class Answers:
    """Members' answers."""

    def __init__(self, database: Database, settings: Settings, clock: Clock) -> None:
        self._db = database
        self._settings = settings
        self._clock = clock

    async def check(self, guild_id: int, question_id: int, user_id: int) -> Place:
        """Say whether this member may answer; raises NotAllowed or NotFound, else the question."""
        settings = await self._settings.of(guild_id)
        async with self._db.read() as tx:
            question = await need_open_question(tx, guild_id, question_id)
            if not settings.several_answers:
                await _refuse_second(tx, question, user_id)
        return question

    async def answer(
        self,
        author: Asker,
        question_id: int,
        draft: AnswerDraft,
        origin: str,
        image: str | None = None,
    ) -> int:
        """Store an answer as `opening`; the same origin again gives the same answer.

        Raises Repeated for the words of another answer, NotAllowed, NotFound.
        """
        settings = await self._settings.of(author.guild_id)
        async with self._db.write() as tx:
            question = await need_open_question(tx, author.guild_id, question_id)
            others = await posts.of_question(tx, question.id, Kind.ANSWER, opening=True)
            for other in others:
                if other.origin == origin and other.state is State.OPEN:
                    return other.id
            _refuse_repeat([other for other in others if other.origin != origin], draft.body)
            if not settings.several_answers:
                await _refuse_second(tx, question, author.user_id, origin)
            post = NewPost(
                guild_id=author.guild_id,
                kind=Kind.ANSWER,
                author_id=author.user_id,
                origin=origin,
                forum_id=question.forum_id,
                created_at=self._clock(),
                question_id=question.id,
                display_name=draft.display_name,
                thread_id=question.thread_id,
                body=draft.body,
                image=image,
            )
            post_id, _ = await store(tx, post, author.name)
        return post_id

    async def promote(
        self,
        author: Asker,
        message: Message,
        by: int | None = None,
        *,
        is_moderator: bool = False,
    ) -> int:
        """Turn a member's message into an answer, keeping its author and time.

        The comment it was stops being one. Its author may do so (that is who `by` is unless
        said), the asker, and moderators. Raises Repeated when it is an answer already.
        """
        async with self._db.write() as tx:
            question = await posts.question_in(tx, author.guild_id, message.thread_id)
            if question is None or question.state is not State.OPEN:
                raise NotFound("Only a message in a question's thread can become an answer.")
            if by not in {None, author.user_id, question.author_id} and not is_moderator:
                raise NotAllowed("Its author, the asker or a moderator can turn it into an answer.")
            settings = await self._settings.of(author.guild_id)
            await _check_message(tx, question, message)
            if not settings.several_answers:
                await _refuse_second_of(tx, question, author, by)
            post = NewPost(
                guild_id=author.guild_id,
                kind=Kind.ANSWER,
                author_id=author.user_id,
                origin=f"answer:{message.id}",
                forum_id=question.forum_id,
                created_at=message.created_at,
                question_id=question.id,
                thread_id=question.thread_id,
                source_id=message.id,
                body=message.body,
            )
            retired = await _retire_comment(tx, author.guild_id, message.id)
            await settle_posts(tx, author.guild_id, settings.rules, retired, self._clock())
            post_id, new = await store(tx, post, author.name)
        if not new:
            raise Repeated("This message is an answer already.", post_id)
        return post_id

    async def opened(
        self, guild_id: int, post_id: int, message_id: int, pages: list[int]
    ) -> Place | None:
        """Note that Discord shows the answer now; returns its question."""
        async with self._db.write() as tx:
            rules = (await self._settings.of(guild_id)).rules
            place = await shown(tx, guild_id, post_id, pages, message_id=message_id)
            if place is None or place.state is not State.OPEN:
                return None
            await drawing.redraw(tx, place.question_id)
            await settle_posts(tx, guild_id, rules, [post_id], self._clock())
            return await posts.find(tx, guild_id, place.question_id)


async def _check_message(tx: Tx, question: Place, message: Message) -> None:
    """Raise for a message that cannot become an answer to this question."""
    await need_open_question(tx, question.guild_id, question.id)
    if not message.body.strip():
        raise NotFound("That message has no text that could be an answer.")
    known = await posts.by_message(tx, question.guild_id, message.id)
    if known is not None and known.kind is Kind.QUESTION:
        raise NotAllowed("That message is the question itself.")
    if known is not None and known.kind is Kind.ANSWER and known.state is not State.ABANDONED:
        raise Repeated("This message is an answer already.", known.id)


def _refuse_repeat(others: Sequence[Place], body: str) -> None:
    for other in others:
        if same_words(other.body, body):
            raise Repeated("An answer here says exactly this already.", other.id)


async def _refuse_second(tx: Tx, question: Place, user_id: int, origin: str = "") -> None:
    answers = await posts.of_question(tx, question.id, Kind.ANSWER, opening=True)
    if any(answer.author_id == user_id and answer.origin != origin for answer in answers):
        raise NotAllowed("You have answered this already. Press **Edit** on your answer instead.")


async def _refuse_second_of(tx: Tx, question: Place, author: Asker, by: int | None) -> None:
    """Raise for the message of somebody who has an answer here.

    What they posted under a name to display counts only for themselves: a refusal would
    tell others who that was.
    """
    own = by in {None, author.user_id}
    answers = await posts.of_question(tx, question.id, Kind.ANSWER, opening=True)
    if any(item.author_id == author.user_id and (own or not item.anonymous) for item in answers):
        raise NotAllowed("Its author has answered this already, and one answer each is allowed.")


async def _retire_comment(tx: Tx, guild_id: int, message_id: int) -> list[int]:
    """Free the message of the comment that it was, votes and all; returns what that was."""
    comment = await posts.by_message(tx, guild_id, message_id)
    if comment is None or comment.kind is not Kind.COMMENT:
        return []
    await posts.note(tx, comment.id, state=State.DELETED, message_id=None)
    return [comment.id]
