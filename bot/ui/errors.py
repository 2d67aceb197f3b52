"""What a person is told when something goes wrong: one table, looked up by type."""

import logging
import secrets
from collections.abc import Callable
from typing import Any

import discord
from discord import app_commands

from bot.domain.errors import Unavailable, UserError
from bot.ui.modals import submission
from bot.ui.permissions import HOW_TO_GRANT, title
from bot.ui.replies import say
from bot.ui.router import Interaction

log = logging.getLogger(__name__)
Wording = Callable[[Any], str]
WRITTEN = ("title", "body", "tags", "name", "welcome")
KEPT = "What you typed is kept: the button opens it again, and so does `/draft`."


def _lacks(error: app_commands.MissingPermissions) -> str:
    names = ", ".join(title(name) for name in error.missing_permissions)
    return f"You need the permission **{names}** for this. Ask somebody who has it."


def _bot_lacks(error: app_commands.BotMissingPermissions) -> str:
    names = ", ".join(title(name) for name in error.missing_permissions)
    return f"I lack the permission **{names}**. {HOW_TO_GRANT}"


def _cooldown(error: app_commands.CommandOnCooldown) -> str:
    return f"One moment, please: try again in {error.retry_after:.0f} seconds."


def _forbidden(_error: discord.Forbidden) -> str:
    return (
        "Discord did not let me do that: a permission is missing. "
        "Ask a moderator to run `/setup`, which says which one."
    )


WORDINGS: dict[type[BaseException], Wording] = {
    UserError: str,
    app_commands.MissingPermissions: _lacks,
    app_commands.BotMissingPermissions: _bot_lacks,
    app_commands.CommandOnCooldown: _cooldown,
    app_commands.NoPrivateMessage: lambda _: "This works on a server, not in private messages.",
    app_commands.CheckFailure: lambda _: "You cannot use this here.",
    app_commands.TransformerError: lambda error: f"“{error.value}” does not fit here.",
    app_commands.CommandNotFound: lambda _: "This command has changed. Try again in a minute.",
    discord.Forbidden: _forbidden,
    discord.RateLimited: lambda _: "Discord asks me to slow down. Try again in a minute.",
    discord.InteractionResponded: lambda _: "That took me too long. Please try it once more.",
    Unavailable: lambda _: (
        "My database cannot be used at the moment, so I could not finish this. "
        "Please try again in a few minutes."
    ),
}


def worded(error: BaseException) -> str | None:
    """Word an error for a person; None for one that nobody expected."""
    if isinstance(error, app_commands.CommandInvokeError):
        error = error.original
    for kind in type(error).__mro__:
        wording = WORDINGS.get(kind)
        if wording is not None:
            return wording(error)
    return None


async def answer_error(
    interaction: Interaction, error: BaseException, again: discord.ui.View | None = None
) -> None:
    """Tell the person what went wrong; an unexpected error gets an id that is in the log.

    `again` holds the button of a kept draft; without one, what was typed is given back.
    """
    parts = [worded(error) or _unexpected(error)]
    if not isinstance(error, UserError):
        parts += [KEPT] if again else _typed(interaction)
    try:
        await say(interaction, "\n".join(parts), again)
    except discord.HTTPException as late:
        log.warning("an interaction could not be answered any more: %s", late)


def _unexpected(error: BaseException) -> str:
    """Word what nobody expected; its number finds it in the log."""
    number = secrets.token_hex(4)
    cause = error.original if isinstance(error, app_commands.CommandInvokeError) else error
    log.error("unexpected error %s", number, exc_info=cause, extra={"error_id": number})
    return f"Something went wrong here, and it is not your fault (error {number})."


def _typed(interaction: Interaction) -> list[str]:
    """What was typed into a form, for its writer alone."""
    if interaction.type is not discord.InteractionType.modal_submit:
        return []
    fields = submission(interaction).fields.items()
    typed = [
        f"**{name.capitalize()}**\n{text}" for name, text in fields if text and name in WRITTEN
    ]
    return ["Here is what you typed, so that it is not lost:", *typed] if typed else []
