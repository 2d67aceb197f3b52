"""What the bot may need to do, and what stops working without it."""

from collections.abc import Iterable, Mapping

import discord

NEEDED: dict[str, str] = {
    "view_channel": "the forum cannot be seen at all",
    "send_messages": "no question can be posted",
    "send_messages_in_threads": "no answer can be posted",
    "embed_links": "cards stay empty",
    "attach_files": "images cannot be added to questions and answers",
    "read_message_history": "missed votes cannot be counted after an outage",
    "add_reactions": "the arrows for voting are not put under posts",
    "manage_messages": "votes that do not count cannot be taken off again",
    "manage_threads": "state tags cannot be set, archived questions cannot be updated",
    "manage_channels": "forum tags for states and categories cannot be created",
}
"""Permission by discord.py's name -> what does not work without it."""
PANEL_NEEDS: dict[str, str] = {
    "view_channel": "the channel cannot be seen",
    "send_messages": "nothing can be written there",
    "embed_links": "the welcome text stays empty",
    "read_message_history": "a second welcome message may follow the first",
}
"""The same for the channel of the welcome message."""


def integer() -> int:
    """The permission integer for the invite link."""
    return discord.Permissions(**dict.fromkeys(NEEDED, True)).value


def invite(client_id: int) -> str:
    """The link that adds the bot to a server with exactly these permissions."""
    return discord.utils.oauth_url(client_id, permissions=discord.Permissions(integer()))


def missing(granted: discord.Permissions, needed: Mapping[str, str] = NEEDED) -> list[str]:
    """The needed permissions that were not granted."""
    return [name for name in needed if not getattr(granted, name)]


def title(name: str) -> str:
    """Write a permission as Discord's settings page does."""
    special = {"manage_guild": "Manage Server"}
    return special.get(name, name.replace("_", " ").title().replace(" In ", " in "))


def explain(names: Iterable[str], needed: Mapping[str, str] = NEEDED) -> str:
    """Say what each missing permission stops, a line each."""
    return "\n".join(f"- **{title(name)}**: without it, {needed[name]}." for name in names)


HOW_TO_GRANT = (
    "Open *Server Settings → Roles*, choose the bot's role and switch them on; "
    "or open the channel's *Permissions* and allow them for the bot there."
)
