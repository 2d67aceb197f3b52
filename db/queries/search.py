"""Full-text search over questions: FTS5 on SQLite, tsvector on PostgreSQL."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import text

from db.dialect import is_sqlite
from db.engine import Tx


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
_VISIBLE = "p.guild_id = :guild AND p.kind = 'question' AND p.state = 'open'"
_SHOWN = "FROM posts WHERE kind = 'question' AND state = 'open'"
_INDEX_SQLITE = text(
    f"INSERT INTO post_search (rowid, title, body) SELECT id, title, body {_SHOWN}"
)
_INDEX_POSTGRESQL = text(
    "INSERT INTO post_search (post_id, vector) SELECT id, "
    f"setweight(to_tsvector('english', title), 'A') || to_tsvector('english', body) {_SHOWN}"
)
_FIND_SQLITE = text(
    f"""
    SELECT {_COLUMNS}, -bm25(post_search, 3.0, 1.0) AS score
    FROM post_search JOIN posts p ON p.id = post_search.rowid
    WHERE post_search MATCH :words AND {_VISIBLE}
    ORDER BY score DESC, p.id DESC LIMIT :limit
    """  # noqa: S608 - constants only
)
_FIND_POSTGRESQL = text(
    f"""
    SELECT {_COLUMNS}, ts_rank(s.vector, to_tsquery('english', :words)) AS score
    FROM post_search s JOIN posts p ON p.id = s.post_id
    WHERE s.vector @@ to_tsquery('english', :words) AND {_VISIBLE}
    ORDER BY score DESC, p.id DESC LIMIT :limit
    """  # noqa: S608 - constants only
)


async def index(tx: Tx, post_id: int, title: str, body: str) -> None:
    """Make a question's present text findable."""
    await forget(tx, post_id)
    values = {"id": post_id, "title": title, "body": body}
    if is_sqlite(tx):
        add = "INSERT INTO post_search (rowid, title, body) VALUES (:id, :title, :body)"
    else:
        add = (
            "INSERT INTO post_search (post_id, vector) VALUES (:id, "
            "setweight(to_tsvector('english', :title), 'A') || to_tsvector('english', :body))"
        )
    await tx.execute(text(add), values)


async def rebuild(tx: Tx) -> None:
    """Make every question findable that Discord shows, and nothing else."""
    await tx.execute(text("DELETE FROM post_search"))
    await tx.execute(_INDEX_SQLITE if is_sqlite(tx) else _INDEX_POSTGRESQL)


async def forget(tx: Tx, post_id: int) -> None:
    """Make a question unfindable."""
    key = "rowid" if is_sqlite(tx) else "post_id"
    await tx.execute(text(f"DELETE FROM post_search WHERE {key} = :id"), {"id": post_id})  # noqa: S608


async def find(tx: Tx, guild_id: int, words: Sequence[str], limit: int) -> list[Match]:
    """Find questions with any of these words (the last one may be cut short), best first."""
    if not words:
        return []
    if is_sqlite(tx):
        quoted = [f'"{word}"' for word in words]
        query, terms = _FIND_SQLITE, " OR ".join([*quoted, f"{quoted[-1]}*"])
    else:
        query, terms = _FIND_POSTGRESQL, " | ".join([*words, f"{words[-1]}:*"])
    rows = await tx.execute(query, {"guild": guild_id, "words": terms, "limit": limit})
    return [
        Match(row.id, row.title, row.thread_id or 0, row.answers, bool(row.solved), row.score)
        for row in rows
    ]
