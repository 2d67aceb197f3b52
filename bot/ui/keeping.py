"""Keeping what somebody typed, before anything else is done with it."""

import asyncio
from collections.abc import Mapping
from typing import Final

from bot.services.drafts import Drafts, SavedDraft
from bot.ui.people import guild_of
from bot.ui.replies import think
from bot.ui.router import Interaction

PATIENCE: Final = 1.5
"""Seconds; Discord waits three for the first answer."""


async def keep(
    interaction: Interaction,
    drafts: Drafts,
    kind: str,
    typed: Mapping[str, str],
    draft_id: int | None,
) -> SavedDraft:
    """Store a filled form, then gain time: until that is answered, it stays open as typed.

    So a crash before it is stored loses nothing. A database that is slow is not waited for.
    """
    storing = drafts.keep_over(guild_of(interaction), interaction.user.id, kind, typed, draft_id)
    stored = asyncio.create_task(storing)
    await asyncio.wait({stored}, timeout=PATIENCE)
    try:
        await think(interaction)
    finally:
        draft = await stored
    return draft
