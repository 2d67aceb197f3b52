"""All benchmarks by name; a new one is a module of its own and a line here."""

from tests.benchmarks import (
    burst_edits,
    memory,
    reconcile,
    slash_behind_burst,
    socket_to_vote,
    vote_at_million,
    votes_durable,
    votes_postgres,
    votes_vs_orm,
)
from tests.benchmarks.measures import Benchmark

BENCHMARKS: dict[str, Benchmark] = {
    "votes-durable": Benchmark(0.5, votes_durable.run),
    "votes-postgres": Benchmark(0.5, votes_postgres.run),
    "votes-vs-orm": Benchmark(10, votes_vs_orm.run),
    "socket-to-vote": Benchmark(0.3, socket_to_vote.run),
    "slash-behind-burst": Benchmark(1.5, slash_behind_burst.run, at_most=True),
    "burst-edits": Benchmark(3, burst_edits.run, at_most=True),
    "vote-at-million": Benchmark(1.3, vote_at_million.run, at_most=True),
    "reconcile": Benchmark(1.05, reconcile.run, at_most=True),
    "memory": Benchmark(60, memory.run, at_most=True),
}
