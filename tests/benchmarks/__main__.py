"""Run benchmarks by name, or all: `python -m tests.benchmarks [NAME ...]`."""

import sys
from collections.abc import Mapping, Sequence

from tests.benchmarks.measures import Benchmark
from tests.benchmarks.registry import BENCHMARKS


def main(names: Sequence[str], benchmarks: Mapping[str, Benchmark] = BENCHMARKS) -> int:
    """Print a line a benchmark; 1 when a goal was missed, 2 for a name that is none."""
    unknown = [name for name in names if name not in benchmarks]
    if unknown:
        said = f"There is no benchmark {', '.join(unknown)}. Choose from: {', '.join(benchmarks)}."
        print(said, file=sys.stderr)  # noqa: T201
        return 2
    missed = False
    for name in names or benchmarks:
        benchmark = benchmarks[name]
        measured = benchmark.run()
        print(f"{name}: {measured.numbers}")  # noqa: T201
        verdict = "ok" if benchmark.met(measured.ratio) else "missed"
        print(f"{name} ratio {measured.ratio:.2f} goal {benchmark.goal:g} {verdict}", flush=True)  # noqa: T201
        missed |= verdict == "missed"
    return int(missed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
