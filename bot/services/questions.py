"""Questions: asking, adopting a member's own forum post, closing, deleting."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.drafts import QuestionDraft
from bot.domain.errors import NotAllowed, NotFound, Repeated
from bot.domain.posts import Kind, State
from bot.domain.shards import Shards
from bot.domain.words import same_words
from bot.services.clock import Clock
from bot.services.edits import retitle
from bot.services.people import Asker
from bot.services.posting import need, settle_posts, shown, store
from bot.services.settings import Settings
from db.engine import Database, Tx
from db.queries import posts, search
from db.queries.posts import NewPost, Place

__all__ = ["ForumPost", "Place", "Questions"]

NEWEST_CHECKED = 5
"""A word-for-word repeat of one of these is refused (Question2Answer, qa A2)."""


@dataclass(frozen=True, slots=True)
class ForumPost:
    """A thread that a member opened in a question forum."""

    forum_id: int
    thread_id: int
    title: str
    body: str
    created_at: datetime
    image: str | None = None


class Questions:
    """Members' questions."""

    def __init__(
        self, database: Database, settings: Settings, clock: Clock, shards: Shards
    ) -> None:
        self._db = database
        self._settings = settings
        self._clock = clock
        self._shards = shards

    async def ask(
        self,
        asker: Asker,
        forum_id: int,
        draft: QuestionDraft,
        origin: str,
        image: str | None = None,
    ) -> int:
        """Store a question as `opening`; the same origin again gives the same question.

        Raises Repeated when one of the newest questions has the same words.
        """
        post = NewPost(
            guild_id=asker.guild_id,
            kind=Kind.QUESTION,
            author_id=asker.user_id,
            origin=origin,
            forum_id=forum_id,
            created_at=self._clock(),
            display_name=draft.display_name,
            title=draft.title,
            body=draft.body,
            image=image,
            category_id=draft.category.id if draft.category else None,
            notify=draft.notify,
        )
        async with self._db.write() as tx:
            await _refuse_repeat(tx, post)
            post_id, _ = await store(tx, post, asker.name, draft.tags)
        return post_id

    async def adopt(self, asker: Asker, post: ForumPost) -> int | None:
        """Make a member's own forum post a question, once; None when it was one already."""
        new_post = NewPost(
            guild_id=asker.guild_id,
            kind=Kind.QUESTION,
            author_id=asker.user_id,
            origin=f"message:{post.thread_id}",
            forum_id=post.forum_id,
            created_at=post.created_at,
            thread_id=post.thread_id,
            source_id=post.thread_id,
            title=post.title,
            body=post.body,
            image=post.image,
            notify=True,
        )
        async with self._db.write() as tx:
            if await posts.question_in(tx, asker.guild_id, post.thread_id) is not None:
                return None
            post_id, new = await store(tx, new_post, asker.name)
        return post_id if new else None

    async def opened(
        self, guild_id: int, post_id: int, thread_id: int, message_id: int, pages: list[int]
    ) -> None:
        """Note that Discord shows the question now; from here on it counts and is found."""
        async with self._db.write() as tx:
            rules = (await self._settings.of(guild_id)).rules
            place = await shown(
                tx, guild_id, post_id, pages, thread_id=thread_id, message_id=message_id
            )
            if place is None or place.state is not State.OPEN:
                return
            await search.index(tx, post_id, place.title, place.body)
            await settle_posts(tx, guild_id, rules, [post_id], self._clock())

    async def abandon(self, post_id: int) -> None:
        """Give up a post that could not be put on Discord; one that is there stays."""
        async with self._db.write() as tx:
            await posts.abandon(tx, post_id)

    async def unopened(self) -> list[Place]:
        """Posts that a crash left half-way, of the servers served here."""
        async with self._db.read() as tx:
            return await posts.unshown(tx, State.OPENING, self._shards)

    async def find(self, guild_id: int, post_id: int) -> Place:
        """Find a visible post of this server by its number; raises NotFound."""
        async with self._db.read() as tx:
            return await need(tx, guild_id, post_id)

    async def here(self, guild_id: int, thread_id: int) -> Place:
        """Find the question of a thread; raises NotFound outside question threads."""
        place = await self.in_thread(guild_id, thread_id)
        if place is None or place.state is not State.OPEN:
            raise NotFound("This works in a question's thread. Open a question first.")
        return place

    async def in_thread(self, guild_id: int, thread_id: int) -> Place | None:
        """Find the question whose thread this is, deleted ones too; None for other threads."""
        async with self._db.read() as tx:
            return await posts.question_in(tx, guild_id, thread_id)

    async def own(self, asker: Asker, post_id: int) -> Place:
        """Find one's own post; raises NotAllowed for somebody else's."""
        place = await self.find(asker.guild_id, post_id)
        if place.author_id != asker.user_id:
            raise NotAllowed("Only its author can do this.")
        return place

    async def to_illustrate(self, asker: Asker, post_id: int) -> Place:
        """Find one's own post that may get an image; raises NotAllowed."""
        place = await self.own(asker, post_id)
        if place.closed_at is not None:
            raise NotAllowed("This question is closed, so it cannot be edited.")
        return place

    async def notify(self, asker: Asker, post_id: int, *, wanted: bool) -> None:
        """Switch notices of answers to one's own question on or off."""
        await self.own(asker, post_id)
        async with self._db.write() as tx:
            await posts.note(tx, post_id, notify=wanted)

    async def illustrate(self, post_id: int, image: str | None) -> None:
        """Note the name of the image on a post's card, or that there is none."""
        async with self._db.write() as tx:
            await posts.change(tx, post_id, image=image)

    async def at_message(self, guild_id: int, message_id: int) -> Place | None:
        """Find the post that a message shows, or was made from; None for other messages."""
        async with self._db.read() as tx:
            return await posts.by_message(tx, guild_id, message_id)

    async def retitle(self, guild_id: int, thread_id: int, title: str) -> bool:
        """Follow a member's renaming of their own forum post; True when it was a change."""
        async with self._db.write() as tx:
            return await retitle(tx, guild_id, thread_id, title, self._clock())

    async def lock(self, guild_id: int, thread_id: int, *, closed: bool) -> None:
        """Close or reopen a question as its thread was locked or unlocked on Discord."""
        async with self._db.write() as tx:
            place = await posts.question_in(tx, guild_id, thread_id)
            if place is None or (place.closed_at is not None) == closed:
                return
            await posts.change(tx, place.id, closed_at=self._clock() if closed else None)


async def _refuse_repeat(tx: Tx, post: NewPost) -> None:
    """Raise Repeated for the words of one of the newest questions (same origin apart)."""
    for other in await posts.newest_questions(tx, post.guild_id, NEWEST_CHECKED):
        if other.origin == post.origin:
            continue
        if same_words(other.title, post.title) and same_words(other.body, post.body):
            raise Repeated("This was asked word for word a moment ago.", other.id)
