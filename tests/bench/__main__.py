"""Measure what the program costs; print a table and JSON: `python -m tests.bench`.

Times depend on the machine and its load, so each is printed beside a floor measured in the same
run. The exit code is always 0; a missed limit is marked.
"""

import argparse
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

from tests.bench import (
    active_orders,
    ended,
    history,
    keys,
    minutes,
    month,
    past,
    refresh,
    starts,
    typing,
)
from tests.bench.figures import Figure, as_json, table

_PARTS = ("refresh", "typing", "start", "keys", "active", "minutes", "history", "month", "past",
          "ended")  # fmt: skip


def main() -> None:
    options = _parser().parse_args()
    sizes: list[int] = sorted(options.sizes)
    quick = bool(options.quick)
    parts: dict[str, Callable[[], Iterable[Figure]]] = {
        "refresh": lambda: refresh.measure(sizes, 9 if quick else 25),
        "typing": lambda: typing.measure(sizes, 1 if quick else 3),
        "start": lambda: starts.measure(sizes, 3 if quick else 31),
        "keys": lambda: keys.measure(sizes, 5 if quick else 30),
        "active": lambda: active_orders.measure(20 if quick else 60),
        "minutes": lambda: minutes.measure(sizes, 15 if quick else 60),
        "history": lambda: history.measure(sizes, 50 if quick else 200),
        "month": lambda: month.measure(sizes, 3 if quick else 15),
        "past": lambda: past.measure(sizes, 3 if quick else 15),
        "ended": lambda: ended.measure(sizes, 1 if quick else 3),
    }
    figures: list[Figure] = []
    for name in _PARTS:
        if name in options.only:
            sys.stderr.write(f"{name} …\n")
            figures += parts[name]()
    told = as_json(figures)
    sys.stdout.write(table(figures) + "\n")
    if options.json is None:
        sys.stdout.write("\n" + told + "\n")
    else:
        options.json.write_text(told + "\n", encoding="utf-8")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument(
        "--sizes", type=_sizes, default=[1_000, 10_000, 100_000], metavar="N,N", help="orders"
    )
    parser.add_argument(
        "--only", type=_names, default=_PARTS, metavar="NAME,NAME", help=", ".join(_PARTS)
    )
    parser.add_argument("--quick", action="store_true", help="fewer samples, quarter minutes")
    parser.add_argument("--json", type=Path, metavar="FILE", help="instead of at the end")
    return parser


def _sizes(text: str) -> list[int]:
    return [int(each) for each in text.split(",")]


def _names(text: str) -> tuple[str, ...]:
    names = tuple(text.split(","))
    if unknown := set(names) - set(_PARTS):
        raise argparse.ArgumentTypeError(f"there is no {', '.join(sorted(unknown))}")
    return names


if __name__ == "__main__":
    main()
