"""A client of discord.py that does nothing: `python -m tests.benchmarks.bare BASE GATEWAY TOKEN`.

It says `ready` once all servers are there, and ends with its input.
"""

import asyncio
import sys

import discord
import yarl


class Bare(discord.Client):
    """Hears what the bot hears."""

    async def on_ready(self) -> None:
        """Tell the benchmark."""
        print(f"ready on {len(self.guilds)} servers", flush=True)  # noqa: T201


async def main(base: str, gateway: str, token: str) -> None:
    """Be online until the input ends."""
    discord.http.Route.BASE = base
    discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(gateway)
    intents = discord.Intents(guilds=True, guild_messages=True, guild_reactions=True)
    intents.dm_messages = intents.message_content = True
    client = Bare(intents=intents, chunk_guilds_at_startup=False)
    running = asyncio.create_task(client.start(token))
    await asyncio.to_thread(sys.stdin.read)
    await client.close()
    await running


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
