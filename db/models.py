"""Tables. No `relationship()`, so that no query hides behind an attribute."""

from datetime import UTC, datetime

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, String, Text, TypeDecorator, text
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Instant(TypeDecorator[datetime]):
    """An aware UTC datetime, kept as whole microseconds since 1970."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:  # noqa: ARG002
        """Turn into microseconds; raises TypeError for a naive datetime."""
        if value is None:
            return None
        delta = value - _EPOCH
        return (delta.days * 86_400 + delta.seconds) * 1_000_000 + delta.microseconds

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Turn microseconds into an aware datetime."""
        if value is None:
            return None
        return datetime.fromtimestamp(value // 1_000_000, UTC).replace(
            microsecond=value % 1_000_000
        )


class Typed(TypeDecorator[str]):
    """A text as a person typed it, but for NUL and half characters, which not all can store."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        """Drop what PostgreSQL refuses and UTF-8 cannot write."""
        if value is None:
            return None
        return value.replace("\0", "").encode("utf-8", "ignore").decode()

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        """Drop it also from what SQLite has held for longer than this is so."""
        return self.process_bind_param(value, dialect)


Number = BigInteger().with_variant(Integer, "sqlite")
"""Our own ids: SQLite counts up only INTEGER keys."""


class Base(DeclarativeBase):
    """All tables."""

    type_annotation_map = {int: BigInteger, datetime: Instant, str: Typed}  # noqa: RUF012


class Guild(Base):
    """A server that uses the forum, and what it has chosen."""

    __tablename__ = "guilds"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(default="")
    settings: Mapped[str] = mapped_column(default="{}")
    panel_channel_id: Mapped[int | None]
    panel_message_id: Mapped[int | None]
    seen_at: Mapped[datetime | None]
    """When the bot last knew everything that happened here."""


class Forum(Base):
    """A forum channel whose posts are questions."""

    __tablename__ = "forums"
    channel_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    guild_id: Mapped[int] = mapped_column(index=True)
    tags: Mapped[str] = mapped_column(default="{}")
    missing: Mapped[bool] = mapped_column(default=False)


class Category(Base):
    """A category of questions; `key` is its name for comparing."""

    __tablename__ = "categories"
    id: Mapped[int] = mapped_column(Number, primary_key=True)
    guild_id: Mapped[int]
    name: Mapped[str]
    key: Mapped[str]
    position: Mapped[int] = mapped_column(default=0)
    __table_args__ = (Index("ux_categories_key", "guild_id", "key", unique=True),)


class Member(Base):
    """A member of one server; `earned` is always the sum of their ledger rows."""

    __tablename__ = "members"
    guild_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    user_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(default="")
    earned: Mapped[int] = mapped_column(default=0)
    suspended_until: Mapped[datetime | None]
    __table_args__ = (Index("ix_members_earned", "guild_id", "earned"),)


class Post(Base):
    """A question, an answer or a comment; `id` is the number people see (#123)."""

    __tablename__ = "posts"
    id: Mapped[int] = mapped_column(Number, primary_key=True)
    guild_id: Mapped[int]
    kind: Mapped[str] = mapped_column(String(16))
    state: Mapped[str] = mapped_column(String(16))
    question_id: Mapped[int | None]
    """The question of an answer or comment; None for a question."""
    parent_id: Mapped[int | None]
    """The post that a comment is on."""
    author_id: Mapped[int]
    display_name: Mapped[str | None]
    origin: Mapped[str] = mapped_column(String(64))
    """What caused it (an interaction or a message); unique, so that it is stored once."""
    forum_id: Mapped[int]
    thread_id: Mapped[int | None]
    message_id: Mapped[int | None]
    source_id: Mapped[int | None]
    title: Mapped[str] = mapped_column(default="")
    body: Mapped[str] = mapped_column(default="")
    image: Mapped[str | None]
    category_id: Mapped[int | None]
    notify: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    active_at: Mapped[datetime]
    edited_at: Mapped[datetime | None]
    editor_id: Mapped[int | None]
    revision: Mapped[int] = mapped_column(default=1)
    accepted_id: Mapped[int | None]
    accepted_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    deleted_at: Mapped[datetime | None]
    marked_at: Mapped[datetime | None]
    """Since when the asker's ✅ shows under an answer."""
    ups: Mapped[int] = mapped_column(default=0)
    downs: Mapped[int] = mapped_column(default=0)
    version: Mapped[int] = mapped_column(default=1)
    drawn_version: Mapped[int] = mapped_column(default=0)
    __table_args__ = (
        Index("ux_posts_origin", "origin", unique=True),
        Index("ux_posts_message", "message_id", unique=True),
        Index("ix_posts_question", "question_id", "kind", "state"),
        Index("ix_posts_thread", "thread_id"),
        Index("ix_posts_source", "source_id"),
        Index("ix_posts_author", "guild_id", "author_id", "kind"),
        Index("ix_posts_recent", "guild_id", "kind", "active_at"),
        Index(
            "ix_posts_stale",
            "id",
            sqlite_where=text("version != drawn_version"),
            postgresql_where=text("version != drawn_version"),
        ),
    )


class PostTag(Base):
    """A topic tag of a question."""

    __tablename__ = "post_tags"
    post_id: Mapped[int] = mapped_column(
        ForeignKey("posts.id"), primary_key=True, autoincrement=False
    )
    tag: Mapped[str] = mapped_column(String(64), primary_key=True)
    position: Mapped[int] = mapped_column(default=0)
    __table_args__ = (Index("ix_post_tags_tag", "tag"),)


class Page(Base):
    """A message that carries what did not fit the post's first one."""

    __tablename__ = "pages"
    message_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id"), index=True)
    position: Mapped[int]


class Ballot(Base):
    """The one vote of a member on a post: 1 or -1."""

    __tablename__ = "ballots"
    post_id: Mapped[int] = mapped_column(
        ForeignKey("posts.id"), primary_key=True, autoincrement=False
    )
    voter_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    vote: Mapped[int]
    day: Mapped[int]
    """UTC day of the vote, counted from 1970."""
    replaced: Mapped[int | None]
    """The voter's other vote that this one replaced, until its arrow is seen taken off."""
    __table_args__ = (
        Index("ix_ballots_voter", "voter_id"),
        Index("ix_ballots_count", "post_id", "vote", "day"),
    )


class Entry(Base):
    """A change of a member's points, with its cause; rows are added, never changed."""

    __tablename__ = "ledger"
    id: Mapped[int] = mapped_column(Number, primary_key=True)
    guild_id: Mapped[int]
    user_id: Mapped[int]
    cause: Mapped[str] = mapped_column(String(16))
    post_id: Mapped[int] = mapped_column(default=0)
    """0 where the cause is no post."""
    day: Mapped[int] = mapped_column(default=0)
    """For the daily cap: the UTC day it is about; otherwise 0."""
    amount: Mapped[int]
    at: Mapped[datetime]
    __table_args__ = (
        Index("ix_ledger_sum", "guild_id", "user_id", "amount"),
        Index("ix_ledger_key", "post_id", "cause", "user_id", "day", "guild_id", "amount"),
    )


class Revision(Base):
    """A text that a post has had; number 1 is the first."""

    __tablename__ = "revisions"
    post_id: Mapped[int] = mapped_column(
        ForeignKey("posts.id"), primary_key=True, autoincrement=False
    )
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    title: Mapped[str]
    body: Mapped[str]
    tags: Mapped[str] = mapped_column(default="")
    category_id: Mapped[int | None]
    editor_id: Mapped[int]
    at: Mapped[datetime]


class Draft(Base):
    """What somebody typed that was not posted (yet); only they can open it."""

    __tablename__ = "drafts"
    id: Mapped[int] = mapped_column(Number, primary_key=True)
    guild_id: Mapped[int]
    user_id: Mapped[int]
    kind: Mapped[str] = mapped_column(String(16))
    fields: Mapped[str]
    at: Mapped[datetime]
    __table_args__ = (
        Index("ix_drafts_user", "guild_id", "user_id"),
        {"sqlite_autoincrement": True},
    )
    # A number is never used twice: it is in custom ids, and it is the origin of a post.


class Refusal(Base):
    """A vote that did not count, for the one who asks why."""

    __tablename__ = "refusals"
    post_id: Mapped[int] = mapped_column(
        ForeignKey("posts.id"), primary_key=True, autoincrement=False
    )
    voter_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    reason: Mapped[str] = mapped_column(String(32))
    at: Mapped[datetime]


class Repair(Base):
    """What a reconciliation mended, for the moderators."""

    __tablename__ = "repairs"
    id: Mapped[int] = mapped_column(Number, primary_key=True)
    guild_id: Mapped[int] = mapped_column(index=True)
    at: Mapped[datetime]
    report: Mapped[str]
