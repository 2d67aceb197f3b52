"""Run benchmarks by name, or all: `python -m tests.benchmarks [NAME ...]`."""

import sys

from tests.benchmarks.registry import BENCHMARKS


def main(names: list[str]) -> int:
    """Print a line a benchmark; 1 when a goal was missed, 2 for a name that is none."""
    unknown = [name for name in names if name not in BENCHMARKS]
    if unknown:
        said = f"There is no benchmark {', '.join(unknown)}. Choose from: {', '.join(BENCHMARKS)}."
        print(said, file=sys.stderr)  # noqa: T201
        return 2
    missed = False
    for name in names or BENCHMARKS:
        benchmark = BENCHMARKS[name]
        measured = benchmark.run()
        print(f"{name}: {measured.numbers}")  # noqa: T201
        verdict = "ok" if measured.ratio >= benchmark.goal else "missed"
        print(f"{name} ratio {measured.ratio:.2f} goal {benchmark.goal:g} {verdict}", flush=True)  # noqa: T201
        missed |= verdict == "missed"
    return int(missed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
