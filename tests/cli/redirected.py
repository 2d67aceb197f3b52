"""`python -m bot` with Discord at another address: `python -m tests.cli.redirected ADDRESS ...`."""

import runpy
import sys

import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route

if __name__ == "__main__":
    address = yarl.URL(sys.argv.pop(1))
    Route.BASE = str(address)
    DiscordWebSocket.DEFAULT_GATEWAY = address.with_scheme("ws").with_path("/gateway")
    runpy.run_module("bot", run_name="__main__", alter_sys=True)
