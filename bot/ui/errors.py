"""What a person is told when something goes wrong: one table, looked up by type."""

import logging
import secrets
from collections.abc import Callable
from typing import Any

import discord
from discord import app_commands

from bot.domain.errors import UserError
from bot.ui.permissions import HOW_TO_GRANT, title
from bot.ui.replies import say
from bot.ui.router import Interaction

log = logging.getLogger(__name__)
Wording = Callable[[Any], str]


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
        "Ask a moderator to run `/setup`, which says which one. "
        "Nothing you typed is lost: `/draft`."
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
    discord.RateLimited: lambda _: (
        "Discord asks me to slow down. Try again in a minute; what you typed is kept: `/draft`."
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
    interaction: Interaction, error: BaseException, view: discord.ui.View | None = None
) -> None:
    """Tell the person what went wrong; an unexpected error gets an id that is in the log."""
    text = worded(error)
    if text is None:
        number = secrets.token_hex(4)
        cause = error.original if isinstance(error, app_commands.CommandInvokeError) else error
        log.error("unexpected error %s", number, exc_info=cause, extra={"error_id": number})
        text = (
            f"Something went wrong here, and it is not your fault (error {number}). "
            "What you typed is kept: `/draft` opens it again."
        )
    try:
        await say(interaction, text, view)
    except discord.HTTPException as late:
        log.warning("an interaction could not be answered any more: %s", late)
