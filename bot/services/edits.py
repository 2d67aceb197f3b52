"""Editing posts: every text is kept, and two editors never overwrite each other."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.diff import readable
from bot.domain.drafts import QuestionDraft
from bot.domain.errors import NotAllowed, Outdated
from bot.domain.posts import Kind, State
from bot.services.clock import Clock
from bot.services.people import Asker
from bot.services.posting import need
from db.engine import Database, Tx
from db.queries import drawing, members, posts, revisions, search
from db.queries.posts import Place
from db.queries.revisions import Version

__all__ = ["Editable", "Edits", "NewText", "Version", "follow", "retitle"]


@dataclass(frozen=True, slots=True)
class Editable:
    """A post's text as the editor gets it; `revision` is what they started from."""

    post_id: int
    kind: Kind
    revision: int
    title: str
    body: str
    tags: tuple[str, ...]
    category_id: int | None


@dataclass(frozen=True, slots=True)
class NewText:
    """What an editor wants a post to say."""

    body: str
    title: str = ""
    tags: tuple[str, ...] = ()
    category_id: int | None = None

    @classmethod
    def of(cls, draft: QuestionDraft) -> "NewText":
        """Take a checked question draft."""
        category = draft.category.id if draft.category else None
        return cls(draft.body, draft.title, draft.tags, category)


class Edits:
    """Changes of posts' texts."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._db = database
        self._clock = clock

    async def begin(
        self, guild_id: int, post_id: int, editor_id: int, *, is_moderator: bool
    ) -> Editable:
        """Read a post for editing; raises NotAllowed or NotFound."""
        async with self._db.read() as tx:
            place = await need(tx, guild_id, post_id)
            _check(place, editor_id, is_moderator=is_moderator)
            return await _editable(tx, place)

    async def apply(
        self,
        editor: Asker,
        post_id: int,
        started_from: int,
        new: NewText,
        *,
        is_moderator: bool,
    ) -> bool:
        """Make this the post's text; False when it is already.

        Raises Outdated, with a readable difference, when somebody else changed the post
        since revision `started_from`; NotAllowed; NotFound.
        """
        async with self._db.write() as tx:
            place = await need(tx, editor.guild_id, post_id)
            _check(place, editor.user_id, is_moderator=is_moderator)
            now_says = await _editable(tx, place)
            if _same(now_says, new):
                return False
            if place.revision != started_from:
                raise Outdated(
                    "Somebody else edited this while you were writing. Here is what differs "
                    "between their text and yours:\n" + readable(_whole(now_says), _whole(new)),
                    now_says.body,
                )
            await members.name(tx, editor.guild_id, editor.user_id, editor.name)
            await _write(tx, place, new, editor.user_id, self._clock())
        return True

    async def history(self, guild_id: int, post_id: int) -> Sequence[tuple[Version, str]]:
        """All texts of a post with their editors' names, oldest first; raises NotFound."""
        async with self._db.read() as tx:
            place = await need(tx, guild_id, post_id)
            versions = await revisions.of(tx, post_id)
            names = await members.names(tx, guild_id, {item.editor_id for item in versions})
        return [(item, _masked(place, item.editor_id, names)) for item in versions]


def _masked(place: Place, editor_id: int, names: dict[int, str]) -> str:
    if place.anonymous and editor_id == place.author_id:
        return "its author"
    return names.get(editor_id, "a member")


def _check(place: Place, editor_id: int, *, is_moderator: bool) -> None:
    if place.kind is Kind.COMMENT:
        raise NotAllowed("A comment is a message of its own: its author edits it on Discord.")
    if place.author_id != editor_id and not is_moderator:
        raise NotAllowed("Only its author or a moderator can edit this.")
    if place.source_id is not None:
        raise NotAllowed(
            "This was posted as a message of its own. Edit that message; the forum follows."
        )
    if place.closed_at is not None and not is_moderator:
        raise NotAllowed("This question is closed, so it cannot be edited.")


def _same(now_says: Editable, new: NewText) -> bool:
    return (now_says.body, now_says.title, now_says.tags, now_says.category_id) == (
        new.body,
        new.title,
        new.tags,
        new.category_id,
    )


def _whole(text: Editable | NewText) -> str:
    """All that an editor can change in words, for showing a difference."""
    return "\n".join(part for part in (text.title, " ".join(text.tags), text.body) if part)


async def _editable(tx: Tx, place: Place) -> Editable:
    tags = await posts.tags(tx, place.id) if place.kind is Kind.QUESTION else ()
    return Editable(
        place.id, place.kind, place.revision, place.title, place.body, tags, place.category_id
    )


async def _write(tx: Tx, place: Place, new: NewText, editor_id: int, at: datetime) -> None:
    number = place.revision + 1
    version = Version(number, new.title, new.body, new.tags, new.category_id, editor_id, at)
    await revisions.add(tx, place.id, version)
    await posts.change(
        tx,
        place.id,
        title=new.title,
        body=new.body,
        category_id=new.category_id,
        revision=number,
        edited_at=at,
        editor_id=editor_id,
    )
    await posts.touch(tx, place.question_id, at)
    if place.kind is Kind.QUESTION:
        await posts.set_tags(tx, place.id, new.tags)
        await search.index(tx, place.id, new.title, new.body)
    if place.kind is Kind.ANSWER:
        await drawing.redraw(tx, place.question_id)


async def follow(tx: Tx, guild_id: int, message_id: int, body: str, at: datetime) -> bool:
    """Make an adopted message's present text a revision; True when it was a change."""
    place = await posts.by_message(tx, guild_id, message_id)
    if place is None or place.state is not State.OPEN:
        return False
    own = place.message_id if place.kind is Kind.COMMENT else place.source_id
    if own != message_id or place.body == body:
        return False
    kept = await _editable(tx, place)
    new = NewText(body, kept.title, kept.tags, kept.category_id)
    await _write(tx, place, new, place.author_id, at)
    return True


async def retitle(tx: Tx, guild_id: int, thread_id: int, title: str, at: datetime) -> bool:
    """Follow a member's renaming of an adopted question's thread; True when it was a change."""
    place = await posts.question_in(tx, guild_id, thread_id)
    if place is None or place.source_id is None or place.title == title:
        return False
    if place.state is State.DELETED:
        return False
    kept = await _editable(tx, place)
    new = NewText(kept.body, title, kept.tags, kept.category_id)
    await _write(tx, place, new, place.author_id, at)
    return True
