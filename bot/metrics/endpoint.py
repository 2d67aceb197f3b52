"""`/metrics` and `/health` over HTTP, served in the bot's own loop: where that hangs, they do."""

import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Final

from aiohttp import web
from prometheus_client.aiohttp import make_aiohttp_handler

from bot.domain.vitals import Vitals
from bot.metrics.record import Errors, Metrics

log = logging.getLogger(__name__)
Feel = Callable[[], Awaitable[Vitals]]
WELL, UNWELL = 200, 503
SHUTDOWN: Final = 1.0


@asynccontextmanager
async def served(host: str, port: int, metrics: Metrics, feel: Feel) -> AsyncIterator[str]:
    """Serve while the block runs, and count errors of the log; gives the address."""
    errors = Errors(metrics)
    logging.getLogger().addHandler(errors)
    runner = web.AppRunner(_site(metrics, feel), access_log=None, shutdown_timeout=SHUTDOWN)
    try:
        await runner.setup()
        await web.TCPSite(runner, host, port).start()
        address = _address(runner)
        log.info("metrics are at %s/metrics, health at %s/health", address, address)
        yield address
    finally:
        await runner.cleanup()
        logging.getLogger().removeHandler(errors)


def _site(metrics: Metrics, feel: Feel) -> web.Application:
    export = make_aiohttp_handler(metrics.registry)

    async def numbers(request: web.Request) -> web.StreamResponse:
        metrics.felt(await feel())
        return await export(request)

    async def health(_request: web.Request) -> web.Response:
        vitals = await feel()
        text = "\n".join(vitals.ailments) or "well"
        return web.Response(text=f"{text}\n", status=WELL if vitals.well else UNWELL)

    site = web.Application()
    site.router.add_get("/metrics", numbers)
    site.router.add_get("/health", health)
    return site


def _address(runner: web.AppRunner) -> str:
    host, port = runner.addresses[0][:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
