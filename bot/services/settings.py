"""What a server has chosen; kept in memory, because every reaction asks for it."""

from dataclasses import dataclass

from bot.domain.drafts import Category
from bot.domain.errors import Invalid, NotFound
from bot.domain.forum_tags import NAME_LIMIT, ForumTags
from bot.domain.posts import Stage
from bot.domain.settings import GuildSettings, from_record
from bot.domain.text import plain_title, visible
from bot.services.clock import Clock
from bot.services.points import settle_all
from db.engine import Database
from db.queries import guilds
from db.queries.guilds import ForumRow, Panel

__all__ = ["ForumRow", "Panel", "Server", "Settings"]


CATEGORIES = 25
"""Discord's lists to choose from take no more."""


@dataclass(frozen=True, slots=True)
class Server:
    """A server as it is set up now."""

    settings: GuildSettings
    forums: tuple[ForumRow, ...]
    categories: tuple[Category, ...]
    panel: Panel | None

    @property
    def open_forums(self) -> tuple[ForumRow, ...]:
        """Forums whose channel still exists."""
        return tuple(forum for forum in self.forums if not forum.missing)


class Settings:
    """Reads and changes servers' settings, forums and categories."""

    def __init__(self, database: Database, defaults: GuildSettings, clock: Clock) -> None:
        self._db = database
        self._defaults = defaults
        self._clock = clock
        self._servers: dict[int, Server] = {}
        self._changes = 0
        """What was read before a change is not kept after it."""

    async def server(self, guild_id: int) -> Server:
        """Return a server's set-up; the defaults when it has none."""
        known = self._servers.get(guild_id)
        if known is None:
            asked = self._changes
            known = await self._read(guild_id)
            if asked == self._changes:
                self._servers[guild_id] = known
        return known

    async def of(self, guild_id: int) -> GuildSettings:
        """Return a server's settings."""
        return (await self.server(guild_id)).settings

    async def forum(self, guild_id: int, channel_id: int) -> ForumRow | None:
        """Find a question forum by its channel; None for other channels."""
        rows = (await self.server(guild_id)).forums
        return next((row for row in rows if row.channel_id == channel_id), None)

    async def _read(self, guild_id: int) -> Server:
        async with self._db.read() as tx:
            return Server(
                from_record(await guilds.settings(tx, guild_id), self._defaults),
                tuple(await guilds.forums(tx, guild_id)),
                tuple(await guilds.categories(tx, guild_id)),
                await guilds.panel(tx, guild_id),
            )

    def forget(self, guild_id: int) -> None:
        """Read a server afresh next time."""
        self._changes += 1
        self._servers.pop(guild_id, None)

    async def register(self, guild_id: int, name: str) -> None:
        """Know a server by its present name."""
        async with self._db.write() as tx:
            await guilds.register(tx, guild_id, name)
            now = from_record(await guilds.settings(tx, guild_id), self._defaults)
            await guilds.save_settings(tx, guild_id, _difference(now, self._defaults))
        self.forget(guild_id)

    async def change(self, guild_id: int, **changes: object) -> GuildSettings:
        """Change settings; raises Invalid with every problem, and then nothing is changed.

        New point rules are applied to everything that ever happened on the server.
        """
        async with self._db.write() as tx:
            before = from_record(await guilds.settings(tx, guild_id), self._defaults)
            after = before.changed(**changes)
            await guilds.save_settings(tx, guild_id, _difference(after, self._defaults))
            if after.rules != before.rules:
                await settle_all(tx, guild_id, after.rules, self._clock())
        self.forget(guild_id)
        return after

    async def save_forum(self, guild_id: int, channel_id: int, tags: ForumTags) -> None:
        """Make a channel a question forum, or note its tags."""
        async with self._db.write() as tx:
            await guilds.save_forum(tx, guild_id, channel_id, tags)
        self.forget(guild_id)

    async def forum_missing(self, guild_id: int, channel_id: int) -> None:
        """Note that a forum's channel was deleted."""
        async with self._db.write() as tx:
            await guilds.mark_forum_missing(tx, guild_id, channel_id)
        self.forget(guild_id)

    async def drop_forum(self, guild_id: int, channel_id: int) -> None:
        """Stop treating a channel as a question forum; its questions stay as they are."""
        if await self.forum(guild_id, channel_id) is None:
            raise NotFound("That channel is no question forum. `/setup` shows which ones are.")
        async with self._db.write() as tx:
            await guilds.drop_forum(tx, guild_id, channel_id)
        self.forget(guild_id)

    async def save_panel(self, guild_id: int, panel: Panel | None) -> None:
        """Remember where the welcome message stands."""
        async with self._db.write() as tx:
            await guilds.save_panel(tx, guild_id, panel)
        self.forget(guild_id)

    async def add_category(self, guild_id: int, name: str) -> Category:
        """Add a category, or find the one of that name; raises Invalid for an unusable name."""
        name = plain_title(visible(name))
        if not 1 <= len(name) <= NAME_LIMIT:
            raise Invalid([f"A category name needs 1 to {NAME_LIMIT} characters."])
        if name.casefold() in {stage.value.casefold() for stage in Stage}:
            raise Invalid([f"“{name}” is the tag of a state of questions. Choose another name."])
        async with self._db.write() as tx:
            there = {item.name.casefold() for item in await guilds.categories(tx, guild_id)}
            if len(there) >= CATEGORIES and name.casefold() not in there:
                raise Invalid([f"There are {CATEGORIES} categories, as many as a form can offer."])
            category_id = await guilds.add_category(tx, guild_id, name)
        self.forget(guild_id)
        known = (await self.server(guild_id)).categories
        return next(category for category in known if category.id == category_id)

    async def remove_category(self, guild_id: int, name: str) -> int:
        """Remove a category by name or id; returns how many questions lost it."""
        server = await self.server(guild_id)
        wanted = name.strip().casefold()
        for category in server.categories:
            if wanted in {category.name.casefold(), str(category.id)}:
                async with self._db.write() as tx:
                    changed = await guilds.remove_category(tx, guild_id, category.id)
                self.forget(guild_id)
                return changed
        raise NotFound(f"There is no category “{name}”. `/category list` shows them.")


_ALWAYS_KEPT = ("up_arrow", "down_arrow")


def _difference(settings: GuildSettings, defaults: GuildSettings) -> dict[str, object]:
    """Keep what differs, so that later defaults reach servers that never chose.

    The arrows are kept always: votes were cast with them, whatever becomes the default.
    """
    standard = defaults.as_record()
    return {
        key: value
        for key, value in settings.as_record().items()
        if value != standard[key] or key in _ALWAYS_KEPT
    }
