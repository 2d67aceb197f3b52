"""Full-text search over questions: FTS5 on SQLite, tsvector on PostgreSQL.

Both index the words that the domain finds in a text, so that they find the same.
"""

import unicodedata
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import BigInteger, BindParameter, bindparam, select, text

from bot.domain.posts import Kind, State
from bot.domain.words import words
from db.dialect import is_sqlite
from db.engine import Tx
from db.models import Post


@dataclass(frozen=True, slots=True)
class Match:
    """A question that matches; a higher score is better, and 0 means nothing."""

    post_id: int
    title: str
    thread_id: int
    answers: int
    solved: bool
    score: float


_COLUMNS = """
    p.id, p.title, p.thread_id,
    (SELECT count(*) FROM posts a
      WHERE a.question_id = p.id AND a.kind = 'answer' AND a.state = 'open') AS answers,
    p.accepted_id IS NOT NULL AS solved
"""
_VISIBLE = (
    "p.guild_id = :guild AND p.kind = 'question' AND p.state = 'open' "
    "AND (:anywhere OR p.forum_id IN :forums)"
)
_FORUMS: BindParameter[int] = bindparam("forums", type_=BigInteger, expanding=True)
_REBUILT_AT_ONCE: Final = 500
_SHOWN = (
    select(Post.id, Post.title, Post.body)
    .where(Post.kind == Kind.QUESTION, Post.state == State.OPEN, Post.id > bindparam("after"))
    .order_by(Post.id)
    .limit(_REBUILT_AT_ONCE)
)
_FIND_SQLITE = text(
    f"""
    SELECT {_COLUMNS}, -bm25(post_search, 3.0, 1.0) AS score
    FROM post_search JOIN posts p ON p.id = post_search.rowid
    WHERE post_search MATCH :words AND {_VISIBLE}
    ORDER BY score DESC, p.id DESC LIMIT :limit
    """  # noqa: S608 - constants only
).bindparams(_FORUMS)
_FIND_POSTGRESQL = text(
    f"""
    SELECT {_COLUMNS}, ts_rank(s.vector, wanted) AS score
    FROM post_search s JOIN posts p ON p.id = s.post_id,
         (SELECT to_tsquery('english', :words) || to_tsquery('simple', :words)) w (wanted)
    WHERE s.vector @@ wanted AND {_VISIBLE}
    ORDER BY score DESC, p.id DESC LIMIT :limit
    """  # noqa: S608 - constants only
).bindparams(_FORUMS)
# Stems for other forms of a word, and words as they are: English drops its commonest words.
_ADD_POSTGRESQL = text(
    """
    INSERT INTO post_search (post_id, vector) VALUES (:id,
    setweight(to_tsvector('english', :title) || to_tsvector('simple', :title), 'A')
    || to_tsvector('english', :body) || to_tsvector('simple', :body))
    """
)
_ADD_SQLITE = text("INSERT INTO post_search (rowid, title, body) VALUES (:id, :title, :body)")


async def index(tx: Tx, post_id: int, title: str, body: str) -> None:
    """Make a question's present text findable."""
    await forget(tx, post_id)
    row = {"id": post_id, "title": _plain(words(title)), "body": _plain(words(body))}
    await tx.execute(_ADD_SQLITE if is_sqlite(tx) else _ADD_POSTGRESQL, row)


async def rebuild(tx: Tx) -> None:
    """Make every question findable that Discord shows, and nothing else."""
    await tx.execute(text("DELETE FROM post_search"))
    after = 0
    while found := (await tx.execute(_SHOWN, {"after": after})).all():
        for row in found:
            await index(tx, row.id, row.title, row.body)
        after = found[-1].id


async def forget(tx: Tx, post_id: int) -> None:
    """Make a question unfindable."""
    key = "rowid" if is_sqlite(tx) else "post_id"
    await tx.execute(text(f"DELETE FROM post_search WHERE {key} = :id"), {"id": post_id})  # noqa: S608


async def find(
    tx: Tx,
    guild_id: int,
    wanted: Sequence[str],
    limit: int,
    forums: Collection[int] | None = None,
) -> list[Match]:
    """Find questions with any of these words (the last one may be cut short), best first.

    `forums`: only of those; None is everywhere.
    """
    found = _plain(wanted).split()
    if not found:
        return []
    if is_sqlite(tx):
        quoted = [f'"{word}"' for word in found]
        query, terms = _FIND_SQLITE, " OR ".join([*quoted, f"{quoted[-1]}*"])
    else:
        quoted = [f"'{word}'" for word in found]
        query, terms = _FIND_POSTGRESQL, " | ".join([*quoted, f"{quoted[-1]}:*"])
    values = {"guild": guild_id, "words": terms, "limit": limit}
    where = {"anywhere": forums is None, "forums": list(forums or ())}
    rows = await tx.execute(query, values | where)
    return [
        Match(row.id, row.title, row.thread_id or 0, row.answers, bool(row.solved), row.score)
        for row in rows
    ]


def _plain(found: Iterable[str]) -> str:
    """Write words without accents, which SQLite alone would leave out by itself."""
    apart = unicodedata.normalize("NFKD", " ".join(found))
    return "".join(sign for sign in apart if unicodedata.category(sign) != "Mn")
