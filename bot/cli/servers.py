"""The doctor's look at Discord, over HTTP alone: nobody sees the bot come online."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

import discord

from bot.cli.findings import Finding, failed, ok, warning
from bot.cli.run import in_words
from bot.cli.speech import PORTAL, Refused, progress
from bot.ui.permissions import NEEDED, invite, missing, title
from db.queries.guilds import ForumRow

GRANT = "switch it on for the bot's role in Server Settings → Roles, or for the bot in the channel"


async def look_online(
    token: str, forums: Sequence[ForumRow] | None, *, message_content: bool
) -> list[Finding]:
    """Log in, and check intents, servers and the permissions in each question forum."""
    async with discord.Client(intents=discord.Intents.none()) as client:
        try:
            with in_words():
                await client.login(token)
                return await _logged_in(client, forums, message_content=message_content)
        except Refused as refused:
            why, _, todo = str(refused).partition(". ")
            return [failed(f"Discord: {why}", todo)]


async def _logged_in(
    client: discord.Client, forums: Sequence[ForumRow] | None, *, message_content: bool
) -> list[Finding]:
    application = await client.application_info()
    findings = [
        ok(f"Log-in: as {client.user}"),
        intent(application.flags, wanted=message_content),
        *await look_at_servers(client, forums),
        ok(f"Invite link: {invite(application.id)}"),
    ]
    if application.interactions_endpoint_url:
        todo = f"remove it at {PORTAL} (General Information)"
        findings.append(failed("Interactions Endpoint URL is set, so no command arrives", todo))
    return findings


def intent(flags: discord.ApplicationFlags, *, wanted: bool) -> Finding:
    """Check the one privileged intent."""
    granted = flags.gateway_message_content or flags.gateway_message_content_limited
    if granted and wanted:
        return ok("Message Content Intent: switched on")
    if not wanted:
        return ok(
            "Message Content Intent: not used (message_content = false); members' own posts "
            "become questions and answers by the menus on a message"
        )
    return failed(
        "Message Content Intent: switched off, so the bot cannot start",
        f"switch it on at {PORTAL} (Bot), or set message_content = false under [discord]",
    )


async def look_at_servers(
    client: discord.Client, forums: Sequence[ForumRow] | None
) -> list[Finding]:
    """Check every server that the bot is on, and those it should be on."""
    guilds = [guild async for guild in client.fetch_guilds(limit=None, with_counts=False)]
    if not guilds:
        return [warning("Servers: the bot is on none", "open the invite link")]
    findings = [ok(f"Servers: the bot is on {len(guilds)}")]
    if forums is None:
        todo = "bring the database up to date and check again"
        return [*findings, warning("Question forums: not known, so not looked at", todo)]
    by_guild = _by_guild(forums)
    with progress("Looking at servers") as step:
        for done, guild in enumerate(guilds):
            step(done, len(guilds))
            findings += await _look_at_server(client, guild, by_guild.pop(guild.id, []))
    return [*findings, *_left(by_guild)]


def _by_guild(forums: Iterable[ForumRow]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    for forum in forums:
        if not forum.missing:
            found[forum.guild_id].append(forum.channel_id)
    return dict(found)


def _left(by_guild: Mapping[int, Sequence[int]]) -> list[Finding]:
    todo = "invite it again; nothing is lost until then"
    return [warning(f"Server {guild}: the bot is not on it any more", todo) for guild in by_guild]


async def _look_at_server(
    client: discord.Client, listed: discord.Guild, forums: Sequence[int]
) -> list[Finding]:
    if not forums:
        return [warning(f"{listed.name}: no question forum yet", "run /setup on that server")]
    try:
        guild = await client.fetch_guild(listed.id, with_counts=False)
        channels = {channel.id: channel for channel in await guild.fetch_channels()}
        me = await guild.fetch_member(client.user.id if client.user else 0)
    except (discord.Forbidden, discord.NotFound, discord.InvalidData) as error:
        return [failed(f"{listed.name}: cannot be looked at ({error})", "invite the bot again")]
    return [
        finding
        for forum in forums
        for finding in look_at_forum(guild.name, channels.get(forum), forum, me)
    ]


def look_at_forum(
    server: str, channel: discord.abc.GuildChannel | None, channel_id: int, me: discord.Member
) -> list[Finding]:
    """Name each permission that is missing in a forum, and what does not work without it."""
    if channel is None:
        gone = f"{server}: the question forum {channel_id} was deleted"
        return [failed(gone, "run /setup on that server")]
    where = f"#{channel.name} on {server}"
    lacking = missing(channel.permissions_for(me))
    return [
        failed(f"{where}: {title(name)} is missing; without it, {NEEDED[name]}", GRANT)
        for name in lacking
    ] or [ok(f"{where}: every permission is there")]
