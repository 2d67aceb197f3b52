"""The menu of a message or member ("Apps"), which SimCord's own page does not have."""

from simcord import ChannelHandle, InteractionResult, MemberActor
from simcord.enums import AppCommandType

from bot.demo.world import Json, Refused, World

_NEWEST = 25
_LENGTH = 70
_TYPES = {"message": AppCommandType.MESSAGE, "member": AppCommandType.USER}


class Menus:
    """Offers and runs the bot's context-menu commands."""

    def __init__(self, world: World) -> None:
        self._world = world

    def offer(self, member: MemberActor, channel: ChannelHandle) -> Json:
        """List the commands and the newest messages that a member sees in a channel."""
        backend = self._world.env.backend
        commands = [
            {"name": command["name"], "kind": kind}
            for kind, number in _TYPES.items()
            for command in backend.visible_commands(
                user_id=member.id, channel_id=channel.id, type=number
            )
        ]
        history = channel.history(viewer=member)[-_NEWEST:]
        return {
            "commands": commands,
            "messages": [
                {
                    "id": str(message.id),
                    "author": message.author.display_name,
                    "text": _gist(message.content, [embed.title for embed in message.embeds]),
                }
                for message in reversed(history)
            ],
        }

    async def choose(
        self, member: MemberActor, channel: ChannelHandle, command: str, target_id: int
    ) -> InteractionResult:
        """Run a context-menu command on a message of the channel or on a member."""
        for target in self._world.members:
            if target.id == target_id:
                return await member.context_menu(channel, command, target)
        for message in channel.history(viewer=member):
            if message.id == target_id:
                return await member.context_menu(channel, command, message)
        raise Refused("There is no such message in this channel.", 404)


def _gist(content: str, titles: list[str | None]) -> str:
    text = " ".join((content or next((title for title in titles if title), "…")).split())
    return text if len(text) <= _LENGTH else text[: _LENGTH - 1] + "…"
