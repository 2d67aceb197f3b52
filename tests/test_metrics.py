"""The numbers over HTTP move by what happened, and health says what does not work."""

import asyncio
import logging
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import aiohttp
import pytest
from prometheus_client.metrics import MetricWrapperBase
from prometheus_client.parser import text_string_to_metric_families as families

from bot.app import make_bot, open_database
from bot.config import Config, ConfigError, load
from bot.config import Metrics as MetricsSection
from bot.domain.shards import Shards
from bot.metrics.endpoint import served
from bot.metrics.record import Metrics
from tests.cli.shell import configure, started
from tests.cli.shell import online as run
from tests.postgres import Server
from tests.wire.double import TOKEN, Discord, opened
from tests.wire.host import configuration, online
from tests.wire.limits import MESSAGE
from tests.wire.mischief import Mischief
from tests.wire.town import DOWN, UP, Town, settled

PATIENCE: Final = 30.0
README: Final = Path(__file__).parent.parent / "README.md"
LABELS: Final = {
    "reason": {"own_post", "gone", "suspended", "comment"},
    "limit": {"ahead", "user", "global", "shared", "other"},
    "kind": {
        *("votes_added", "votes_removed", "questions_adopted", "comments_added"),
        *("comments_changed", "posts_removed", "tags_mended"),
        *("read", "write"),
        *("none", "DiscordServerError", "OperationalError"),
    },
    "place": {"bot.ui.refresher", "bot.ui.errors", "cogs.upkeep"},
    "queue": {"votes", "drawings", "cards"},
    "shard": {"0"},
}
"""Everything that a label may say."""


@dataclass
class Watch:
    """Where a bot is watched."""

    address: str

    async def get(self, path: str) -> tuple[int, str]:
        """Ask as a monitoring system does; the status and the text."""
        async with aiohttp.ClientSession() as session, session.get(self.address + path) as answer:
            return answer.status, await answer.text()

    async def number(self, name: str, **labels: str) -> float | None:
        """A number with exactly these labels; None where there is none."""
        _, text = await self.get("/metrics")
        found = [sample for family in families(text) for sample in family.samples]
        wanted = f"askwell_{name}"
        return next((s.value for s in found if (s.name, s.labels) == (wanted, labels)), None)

    async def until_health(self, status: int) -> str:
        """Wait until health has this status; what it says."""
        async with asyncio.timeout(PATIENCE):
            while True:
                found, text = await self.get("/health")
                if found == status:
                    return text
                await asyncio.sleep(0.02)


@dataclass
class Watched(Watch):
    """A town whose bot is watched."""

    town: Town


def watching(database: Path | str, **changes: object) -> Config:
    """The tests' configuration with metrics."""
    wanted = configuration(database, **changes)
    return wanted.model_copy(update={"metrics": MetricsSection(listen="127.0.0.1:0")})


@asynccontextmanager
async def watched(discord: Discord, config: Config) -> AsyncIterator[Watched]:
    """Open a town with a watched bot."""
    guild = discord.found_guild("Mindful")
    async with online(discord, config) as bot:
        assert bot.metrics is not None
        async with served("127.0.0.1", 0, bot.metrics, bot.pulse.feel) as address:
            yield Watched(address, await settled(discord, guild, bot))


@pytest.fixture
def file(template: Path, tmp_path: Path) -> Path:
    return shutil.copyfile(template, tmp_path / "forum.db")


@pytest.fixture
async def watch(file: Path) -> AsyncIterator[Watched]:
    async with opened() as discord:
        discord.limits.pace = 1000
        async with watched(discord, watching(file)) as there:
            yield there


async def test_each_vote_counts_once_however_often_it_is_told(watch: Watched) -> None:
    place = watch.town
    thread = await place.ask(place.member("ada"), "Why does my radio only hum?")
    card = place.cards(thread)[0]
    place.discord.gateway.mischief = Mischief(twice=1.0)
    for name in ("ben", "cy", "dee"):
        place.member(name).react(card, UP)
    await place.quiet()
    assert await watch.number("votes_total") == 3

    place.member("dee").unreact(card, UP)
    await place.quiet()
    assert await watch.number("votes_total") == 4


async def test_a_refused_vote_counts_under_its_reason(watch: Watched) -> None:
    place = watch.town
    ada = place.member("ada")
    thread = await place.ask(ada, "Why does my radio only hum?")
    assert await watch.number("refusals_total", reason="own_post") == 0

    for sign in (UP, DOWN):
        ada.react(place.cards(thread)[0], sign)
        await place.quiet()

    assert await watch.number("refusals_total", reason="own_post") == 1
    assert await watch.number("refusals_total", reason="suspended") == 0
    assert await watch.number("votes_total") == 0


async def test_each_drawing_tells_how_long_its_oldest_change_waited(watch: Watched) -> None:
    place = watch.town
    thread = await place.ask(place.member("ada"), "Why does my radio only hum?")
    before = await watch.number("draw_lag_seconds_count") or 0
    edits = place.discord.counted()[f"PATCH {MESSAGE}"]

    place.member("ben").react(place.cards(thread)[0], UP)
    await place.quiet()

    drawn = place.discord.counted()[f"PATCH {MESSAGE}"] - edits
    assert drawn > 0
    assert await watch.number("draw_lag_seconds_count") == before + drawn
    assert await watch.number("waiting", queue="cards") == 0


async def test_a_card_that_cannot_be_drawn_waits_and_the_error_counts(watch: Watched) -> None:
    place = watch.town
    thread = await place.ask(place.member("ada"), "Why does my radio only hum?")
    before = await watch.number("draw_lag_seconds_count")
    place.discord.faults.plan("PATCH", MESSAGE, 503)

    place.member("ben").react(place.cards(thread)[0], UP)
    await place.quiet()

    error = {"place": "bot.ui.refresher", "kind": "DiscordServerError"}
    assert await watch.number("waiting", queue="cards") == 1
    assert await watch.number("errors_total", **error) == 1
    assert await watch.number("draw_lag_seconds_count") == before

    await place.minute()
    assert await watch.number("waiting", queue="cards") == 0
    assert await watch.number("draw_lag_seconds_count") == (before or 0) + 1


async def test_what_is_repaired_after_an_outage_counts_by_its_kind(watch: Watched) -> None:
    place = watch.town
    thread = await place.ask(place.member("ada"), "Why does my radio only hum?")
    crowd = [place.member(name) for name in ("ben", "cy")]
    place.discord.gateway.forget()
    for who in crowd:
        who.react(place.cards(thread)[0], UP)
    await place.quiet()

    assert await watch.number("repairs_total", kind="votes_added") == 2
    assert await watch.number("repairs_total", kind="votes_removed") == 0


async def test_waits_for_discords_limits_count_with_their_seconds(watch: Watched) -> None:
    place = watch.town
    before = await watch.number("rate_limit_waits_total", limit="user")
    place.discord.limits.first_refused_for = 0.02
    thread = await place.ask(place.member("ada"), "Why does my radio only hum?")
    await place.quiet()
    refused = len(place.discord.limited)
    assert refused > 0
    assert before is None
    assert await watch.number("rate_limit_waits_total", limit="user") == refused
    seconds = await watch.number("rate_limit_wait_seconds_total", limit="user")
    assert seconds == pytest.approx(0.02 * refused)

    ahead = await watch.number("rate_limit_waits_total", limit="ahead") or 0
    place.member("ben").react(place.cards(thread)[0], UP)
    place.member("ben").react(place.cards(thread)[0], DOWN)
    await place.quiet()
    taken_off = await watch.number("rate_limit_waits_total", limit="ahead")
    assert taken_off == ahead + 1, "one reaction in 250 ms is all that Discord allows"


async def test_an_error_that_nobody_expected_counts_by_its_kind_and_place(watch: Watched) -> None:
    place = watch.town
    async with place.bot.database.write() as tx:
        await tx.exec_driver_sql("ALTER TABLE drafts RENAME TO elsewhere")

    done = await place.member("ada").slash(place.welcome, "draft")

    assert "Something went wrong here" in done.text()
    error = {"place": "bot.ui.errors", "kind": "OperationalError"}
    assert await watch.number("errors_total", **error) == 1


async def test_transactions_servers_and_the_heartbeat_are_measured(watch: Watched) -> None:
    reads = await watch.number("database_seconds_count", kind="read") or 0
    writes = await watch.number("database_seconds_count", kind="write") or 0
    await watch.town.ask(watch.town.member("ada"), "Why does my radio only hum?")

    assert (await watch.number("database_seconds_count", kind="read") or 0) > reads > 0
    assert (await watch.number("database_seconds_count", kind="write") or 0) > writes > 0
    assert await watch.number("guilds") == 1
    assert (await watch.number("gateway_latency_seconds", shard="0") or -1) >= 0
    assert await watch.number("waiting", queue="votes") == 0
    assert await watch.number("waiting", queue="drawings") == 0


async def test_no_label_ever_holds_an_id_a_name_or_a_text(watch: Watched) -> None:
    place = watch.town
    ada = place.member("ada")
    thread = await place.ask(ada, "Why does my radio only hum?")
    place.discord.faults.plan("PATCH", MESSAGE, 503)
    for who in (ada, place.member("ben")):
        who.react(place.cards(thread)[0], UP)
    await place.quiet()
    place.discord.gateway.forget()
    place.member("cy").react(place.cards(thread)[0], UP)
    await place.quiet()
    _, text = await watch.get("/metrics")
    said = [
        (label, value)
        for family in families(text)
        for sample in family.samples
        for label, value in sample.labels.items()
        if label != "le"
    ]
    assert {label for label, _ in said} == LABELS.keys()
    assert [(label, value) for label, value in said if value not in LABELS[label]] == []


async def test_health_is_good_while_everything_works(watch: Watched) -> None:
    assert await watch.get("/health") == (200, "well\n")
    assert await watch.number("healthy") == 1


async def test_a_bot_that_is_not_logged_in_yet_is_not_well(file: Path) -> None:
    config = watching(file)
    async with make_bot(config, open_database(config)) as bot:
        assert bot.metrics is not None
        async with (
            served("127.0.0.1", 0, bot.metrics, bot.pulse.feel) as address,
            aiohttp.ClientSession() as session,
            session.get(f"{address}/health") as answer,
        ):
            assert answer.status == 503
            assert await answer.text() == "0 of 1 connections to Discord are begun\n"


async def test_a_lost_connection_is_told_until_it_is_back(watch: Watched) -> None:
    gateway = watch.town.discord.gateway
    gateway.open = False
    gateway.cut()
    assert await watch.until_health(503) == "connection 0 to Discord has no session\n"
    assert await watch.number("healthy") == 0

    gateway.open = True
    await watch.until_health(200)


async def test_heartbeats_that_nobody_answers_are_told(file: Path) -> None:
    async with opened() as discord:
        discord.gateway.heartbeat = 0.1
        discord.gateway.answers_heartbeats = False
        async with watched(discord, watching(file)) as watch:
            assert await watch.until_health(503) == "connection 0 to Discord does not answer\n"
            assert await watch.number("gateway_latency_seconds", shard="0") is None


async def test_each_shard_is_looked_at_for_itself(file: Path) -> None:
    async with opened() as discord:
        for number in range(2):
            discord.found_guild("Mindful", (number, 2))
        async with online(discord, watching(file), Shards(0, 1, 2)) as bot:
            assert bot.metrics is not None
            async with served("127.0.0.1", 0, bot.metrics, bot.pulse.feel) as address:
                watch = Watch(address)
                assert await watch.get("/health") == (200, "well\n")
                for shard in ("0", "1"):
                    assert await watch.number("gateway_latency_seconds", shard=shard) is not None

                discord.gateway.open = False
                discord.gateway.forget(shard=1)
                lost = "connection 1 to Discord has no session\n"
                assert await watch.until_health(503) == lost
                discord.gateway.open = True
                await watch.until_health(200)


async def test_a_database_that_hangs_is_told_and_the_other_numbers_stay(postgres: Server) -> None:
    async with postgres.fresh_database() as url, opened() as discord:
        discord.limits.pace = 1000
        async with watched(discord, watching(url)) as watch:
            assert await watch.number("waiting", queue="cards") == 0
            postgres.freeze()
            try:
                assert await watch.get("/health") == (503, "the database does not answer\n")
                assert await watch.number("waiting", queue="cards") is None
                assert await watch.number("guilds") == 1
            finally:
                postgres.thaw()
            await watch.until_health(200)


async def test_nothing_is_counted_unless_it_is_asked_for(file: Path) -> None:
    config = configuration(file)
    async with make_bot(config, open_database(config)) as bot:
        assert bot.metrics is None
        assert bot.http.http_trace is None


def test_a_bot_that_nobody_watches_does_not_load_what_counts() -> None:
    script = """
import sys
import bot.cli.run
from bot.app import make_bot, open_database
from bot.config import Config
make_bot(Config(), open_database(Config()))
print(sorted({"prometheus_client", "aiohttp.web", "bot.app"} & sys.modules.keys()))
"""
    said = subprocess.run(
        [sys.executable, "-c", script],
        cwd=README.parent,
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    assert said.stdout == "['bot.app']\n"


async def test_the_log_is_read_only_while_metrics_are_served(file: Path) -> None:
    config = watching(file)
    before = logging.getLogger().handlers[:]
    async with make_bot(config, open_database(config)) as bot:
        assert bot.metrics is not None
        async with served("127.0.0.1", 0, bot.metrics, bot.pulse.feel):
            assert len(logging.getLogger().handlers) == len(before) + 1
        assert logging.getLogger().handlers == before


async def test_a_taken_port_is_told_in_words(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        configure(tmp_path, ('listen = ""', f'listen = "127.0.0.1:{port}"'))
        async with opened() as discord:
            said = await run(tmp_path, discord.address, "run", ASKWELL_TOKEN=TOKEN)
    assert said.code == 2
    assert f"nothing can be served at 127.0.0.1 port {port}" in said.err
    assert "Traceback" not in said.err


async def test_a_watched_bot_stops_although_somebody_still_looks(tmp_path: Path) -> None:
    configure(tmp_path, ('listen = ""', 'listen = "127.0.0.1:0"'))
    async with (
        opened() as discord,
        started(tmp_path, discord.address, "run", ASKWELL_TOKEN=TOKEN) as running,
        aiohttp.ClientSession() as session,
    ):
        await running.wait_for("metrics are at ")
        address = running._lines[-1].split("health at ")[1].strip()
        await running.wait_for("ready on 0 servers")
        async with session.get(address) as answer:
            assert answer.status == 200
        said = await running.end(signal.SIGTERM)
    assert said.code == 0, said.err
    assert said.err.rstrip().endswith("stopped")


@pytest.mark.parametrize(
    ("lines", "problem"),
    [
        ('listen = "0.0.0.0:9100"', "would be open to other machines"),
        ('listen = "192.0.2.7:9100"', "would be open to other machines"),
        ('listen = "[::]:9100"', "would be open to other machines"),
        ('listen = "9100"', "must be an IP address and a port"),
        ('listen = "127.0.0.1"', "must be an IP address and a port"),
        ('listen = "127.0.0.1:70000"', "must be an IP address and a port"),
        ('listen = "example.org:9100"', "must be an IP address and a port"),
        ('listen = "127.0.0.1:9100/metrics"', "must be an IP address and a port"),
    ],
)
def test_an_address_that_is_wrong_or_open_is_refused(
    tmp_path: Path, lines: str, problem: str
) -> None:
    path = tmp_path / "config.toml"
    path.write_text(f"[metrics]\n{lines}\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=problem) as refused:
        load(path, {})
    assert "metrics.listen" in str(refused.value)


@pytest.mark.parametrize(
    "lines",
    [
        'listen = "127.0.0.1:9100"',
        'listen = "127.3.4.5:0"',
        'listen = "[::1]:9100"',
        'beyond_loopback = true\nlisten = "0.0.0.0:9100"',
        'listen = "0.0.0.0:9100"\nbeyond_loopback = true',
    ],
)
def test_an_address_of_this_machine_or_a_container_is_taken(tmp_path: Path, lines: str) -> None:
    path = tmp_path / "config.toml"
    path.write_text(f"[metrics]\n{lines}\n", encoding="utf-8")
    assert load(path, {}).metrics.listen


def test_the_readme_names_each_metric_with_its_labels_and_its_meaning() -> None:
    readme = README.read_text(encoding="utf-8")
    table = readme[readme.index("| metric |") :].split("\n\n")[0].splitlines()[2:]
    ours = [made for made in vars(Metrics()).values() if isinstance(made, MetricWrapperBase)]
    known = {
        f"`{family.name}{'_total' if family.type == 'counter' else ''}`": (made, family)
        for made in ours
        for family in made.collect()
    }
    assert len(known) == len(table) > 10
    for line in table:
        name, labels, meaning = (cell.strip() for cell in line.strip("|").split("|"))
        made, family = known[name]
        assert labels == ", ".join(f"`{label}`" for label in made._labelnames)
        assert meaning == family.documentation
