"""Images that members add: checked, then uploaded again as the bot's own.

Discord's attachment addresses expire, so only the file's name is stored.
"""

import json
import re
from typing import Any

import discord

from bot.domain.errors import UserError

SIZE_LIMIT = 8 * 1024 * 1024
ENDINGS = (".png", ".jpg", ".jpeg", ".gif", ".webp")


class ImageRefused(UserError):
    """A file that cannot be shown as an image; the text goes on without it."""


def pack(image: discord.Attachment) -> str:
    """Write down where Discord has an image (for a day), so that a draft can hold it."""
    return json.dumps(image.to_dict())


def unpack(client: discord.Client, text: str) -> discord.Attachment:
    """Read what `pack` wrote."""
    return attachment(client, json.loads(text))


def attachment(client: discord.Client, payload: Any) -> discord.Attachment:
    """Make an attachment from what Discord says about it."""
    state = client._connection  # noqa: SLF001 - discord.py offers no other way to make one
    return discord.Attachment(data=payload, state=state)


async def fetch(image: discord.Attachment | None) -> discord.File | None:
    """Fetch a member's image; raises ImageRefused, worded for them."""
    if image is None:
        return None
    if not image.filename.lower().endswith(ENDINGS) or not _is_image(image.content_type):
        raise ImageRefused("The file is no PNG, JPEG, GIF or WebP image, so it was left out.")
    if image.size > SIZE_LIMIT:
        raise ImageRefused("The image is larger than 8 MB, so it was left out.")
    try:
        return await image.to_file(filename=_safe_name(image.filename))
    except discord.HTTPException:
        raise ImageRefused("Discord has the image no longer. Add it again.") from None


def _is_image(content_type: str | None) -> bool:
    """Believe the name of a file of which Discord says nothing else."""
    return content_type is None or content_type.startswith("image/")


def _safe_name(name: str) -> str:
    """Keep to letters that Discord leaves as they are in an attachment's name."""
    return re.sub(r"[^A-Za-z0-9._-]", "_", name)[-80:]
