"""`python -m bot demo`: the forum in a browser, with no account and no network."""

import asyncio
import signal

from rich.console import Console

from bot.demo.index import ForumPage
from bot.demo.town import settle_in, town


class PortTaken(Exception):
    """The port that was asked for belongs to another program."""


async def demo(port: int) -> None:
    """Serve the demo on loopback until Ctrl+C; port 0 takes a free one."""
    console = Console()
    console.print("Setting up a small forum in an offline Discord …")
    async with town(strict=False) as place:
        thread = await settle_in(place)
        page = ForumPage(place.env, place.guild, list(place.people.values()), port=port)
        try:
            address = await page.start()
        except OSError:
            await page.close()
            raise PortTaken(f"Port {port} is taken. Choose another with --port.") from None
        try:
            await page.open(thread, place.people["Jo"])
            console.print(f"\nThe forum is open: {address}\n", soft_wrap=True, highlight=False)
            console.print("Be any member, press anything. Ctrl+C ends it; nothing is kept.")
            await _until_stopped()
        finally:
            await page.close()


async def _until_stopped() -> None:
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stopped.set)
    await stopped.wait()
