"""Links that open a place in Discord."""


def jump(guild_id: int, channel_id: int | None, message_id: int | None = None) -> str:
    """Link to a channel, a thread, or a message in it."""
    end = f"/{message_id}" if message_id else ""
    return f"https://discord.com/channels/{guild_id}/{channel_id}{end}"
