"""Reading a post with all that its card shows."""

from datetime import datetime
from typing import Any

from sqlalchemy import select

from bot.domain.posts import Kind, State, stage
from bot.domain.ranking import RankedAnswer, in_order
from bot.domain.reputation import Rules, total
from bot.domain.text import was_edited
from bot.domain.views import Author, Edit, PostView
from db.engine import Tx
from db.models import Category, Member, Page, Post
from db.queries import posts

_EXCERPT = 60
_author = Member.__table__.alias("author")
_editor = Member.__table__.alias("editor")
_question = Post.__table__.alias("question")


async def post(tx: Tx, post_id: int, rules: Rules) -> PostView | None:
    """Read one post as it is to be shown; None when there is none of that number."""
    row = (await tx.execute(_one(post_id))).one_or_none()
    if row is None:
        return None
    kind = Kind(row.kind)
    answers = await _answers(tx, row) if kind is Kind.QUESTION else ()
    return PostView(
        id=row.id,
        guild_id=row.guild_id,
        kind=kind,
        state=State(row.state),
        version=row.version,
        drawn_version=row.drawn_version,
        forum_id=row.forum_id,
        thread_id=row.thread_id,
        message_id=row.message_id,
        source_id=row.source_id,
        question_id=row.question_id or row.id,
        title=row.title,
        body=row.body,
        author=_author_of(row, rules),
        created_at=row.created_at,
        edited=_edit_of(row),
        ups=row.ups,
        downs=row.downs,
        image=row.image,
        notify=row.notify,
        asker_id=row.asker_id or row.author_id,
        question_title=row.question_title or row.title,
        category=row.category,
        category_id=row.category_id,
        tags=await posts.tags(tx, row.id) if kind is Kind.QUESTION else (),
        accepted=row.chosen == row.id,
        closed=row.closed_at is not None,
        stage=stage(
            answers=len(answers),
            accepted=row.accepted_id is not None,
            closed=row.closed_at is not None,
        ),
        answers=answers,
        pages=await _pages(tx, row.id),
    )


def _one(post_id: int) -> Any:
    columns = (
        Post,
        _author.c.name.label("author_name"),
        _author.c.earned.label("author_earned"),
        _editor.c.name.label("editor_name"),
        _question.c.accepted_id.label("chosen"),
        _question.c.author_id.label("asker_id"),
        _question.c.title.label("question_title"),
        Category.name.label("category"),
    )
    same = Post.guild_id
    return (
        select(*columns)
        .select_from(Post)
        .outerjoin(_author, (_author.c.guild_id == same) & (_author.c.user_id == Post.author_id))
        .outerjoin(_editor, (_editor.c.guild_id == same) & (_editor.c.user_id == Post.editor_id))
        .outerjoin(_question, _question.c.id == Post.question_id)
        .outerjoin(Category, Category.id == Post.category_id)
        .where(Post.id == post_id)
    )


def _author_of(row: Any, rules: Rules) -> Author:
    if row.display_name is not None:
        return Author(row.author_id, row.display_name, None)
    points = total(row.author_earned or 0, rules)
    return Author(row.author_id, row.author_name or "a member", points)


def _edit_of(row: Any) -> Edit | None:
    edited_at: datetime | None = row.edited_at
    if edited_at is None:
        return None
    if not was_edited(row.created_at, edited_at, row.author_id, row.editor_id):
        return None
    masked = row.display_name is not None and row.editor_id == row.author_id
    return Edit(edited_at, row.display_name if masked else row.editor_name or "a member")


async def _answers(tx: Tx, question: Any) -> tuple[RankedAnswer, ...]:
    rows = await tx.execute(
        select(
            Post.id,
            Post.ups,
            Post.downs,
            Post.created_at,
            Post.message_id,
            Post.body,
            Post.display_name,
            _author.c.name,
        )
        .select_from(Post)
        .outerjoin(
            _author,
            (_author.c.guild_id == Post.guild_id) & (_author.c.user_id == Post.author_id),
        )
        .where(
            Post.question_id == question.id,
            Post.kind == Kind.ANSWER,
            Post.state == State.OPEN,
        )
    )
    found = [
        RankedAnswer(
            id=row.id,
            net=row.ups - row.downs,
            accepted=row.id == question.accepted_id,
            created_at=row.created_at,
            author=row.display_name or row.name or "a member",
            message_id=row.message_id,
            excerpt=" ".join(row.body.split())[:_EXCERPT],
        )
        for row in rows
    ]
    return tuple(in_order(found))


async def _pages(tx: Tx, post_id: int) -> tuple[int, ...]:
    query = select(Page.message_id).where(Page.post_id == post_id)
    return tuple((await tx.scalars(query.order_by(Page.position))).all())
