"""All benchmarks by name; a new one is a module of its own and a line here."""

from tests.benchmarks import votes_durable, votes_vs_orm
from tests.benchmarks.measures import Benchmark

BENCHMARKS: dict[str, Benchmark] = {
    "votes-durable": Benchmark(0.5, votes_durable.run),
    "votes-vs-orm": Benchmark(10, votes_vs_orm.run),
}
