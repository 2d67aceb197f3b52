"""Deleting posts: by command, or because their messages vanished from Discord."""

from bot.domain.errors import NotAllowed
from bot.domain.posts import Kind, State
from bot.domain.reputation import Rules
from bot.services.clock import Clock
from bot.services.posting import need, settle_posts
from bot.services.settings import Settings
from db.engine import Database, Tx
from db.queries import drawing, posts, search, standings
from db.queries.posts import Place


class Removal:
    """Takes posts out of the forum; the database keeps them, their points go back."""

    def __init__(self, database: Database, settings: Settings, clock: Clock) -> None:
        self._db = database
        self._settings = settings
        self._clock = clock

    async def delete(self, guild_id: int, post_id: int, by: int, *, is_moderator: bool) -> Place:
        """Delete a post with all that stands under it.

        A member may delete their own post, but not a question that somebody helped with
        (Apache Answer's rule, qa B1). Raises NotAllowed or NotFound.
        """
        async with self._db.write() as tx:
            rules = (await self._settings.of(guild_id)).rules
            place = await need(tx, guild_id, post_id)
            if not is_moderator:
                await _check_own(tx, place, by)
            await self._remove(tx, place, rules)
        return place

    async def vanished(self, guild_id: int, message_id: int) -> Place | None:
        """Follow a message that was deleted on Discord; returns the post it took along.

        Only a continuation page gone: nothing is deleted, the card is drawn again.
        """
        async with self._db.write() as tx:
            rules = (await self._settings.of(guild_id)).rules
            place = await posts.by_message(tx, guild_id, message_id)
            if place is None or place.state is not State.OPEN:
                return None
            if message_id not in {place.message_id, place.source_id}:
                await drawing.redraw(tx, place.id)
                return None
            await self._remove(tx, place, rules)
        return place

    async def thread_vanished(self, guild_id: int, thread_id: int) -> Place | None:
        """Follow a thread that was deleted on Discord: its question goes with all under it."""
        async with self._db.write() as tx:
            rules = (await self._settings.of(guild_id)).rules
            place = await posts.question_in(tx, guild_id, thread_id)
            if place is None or place.state is not State.OPEN:
                return None
            await self._remove(tx, place, rules)
        return place

    async def _remove(self, tx: Tx, place: Place, rules: Rules) -> None:
        now = self._clock()
        gone = [place]
        if place.kind is Kind.QUESTION:
            gone += await posts.of_question(tx, place.id, opening=True)
            await search.forget(tx, place.id)
        else:
            gone += await posts.under(tx, place.id)
        touched = {item.id for item in gone} | {place.question_id}
        for item in gone:
            await posts.change(tx, item.id, state=State.DELETED, deleted_at=now)
        await _unaccept(tx, place)
        await drawing.redraw(tx, place.question_id)
        await settle_posts(tx, place.guild_id, rules, sorted(touched), now)


async def _check_own(tx: Tx, place: Place, by: int) -> None:
    if place.author_id != by:
        raise NotAllowed("Only its author or a moderator can delete this.")
    if place.kind is not Kind.QUESTION:
        return
    answers = await posts.of_question(tx, place.id, Kind.ANSWER)
    scores = await standings.of(tx, [answer.id for answer in answers])
    helped = any(standing.net > 0 for standing in scores.values())
    if place.accepted_id is not None or len(answers) > 1 or helped:
        raise NotAllowed(
            "Others have helped here, so their answers should stay. Ask a moderator to delete it."
        )


async def _unaccept(tx: Tx, place: Place) -> None:
    question = await posts.find(tx, place.guild_id, place.question_id)
    if question is not None and question.accepted_id == place.id:
        await posts.change(tx, question.id, accepted_id=None, accepted_at=None)
