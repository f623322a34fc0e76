"""Run the soak test and print its figures. Exits with 1 if a limit is missed."""

import argparse
import logging
import sys
import tempfile
import time
from pathlib import Path

from tests.soak import limits
from tests.soak.run import SPEED, SURVIVABLE, WARM_UP, Soak


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("--seconds", type=float, default=120.0, help="how long (default 120)")
    parser.add_argument(
        "--seed", type=int, default=1, help="seed of faults and actions (default 1)"
    )
    options = parser.parse_args()
    sys.stdout.write(
        f"seed {options.seed}: {options.seconds:g} s at {SPEED:g} times real speed, the "
        f"first {WARM_UP:.0%} of it to warm up; {len(SURVIVABLE)} kinds of faults\n"
    )
    # The fault server writes to connections that were cut on purpose: asyncio warns about it.
    logging.getLogger("asyncio").setLevel(logging.ERROR)
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as home:
        soak = Soak(options.seconds, options.seed, Path(home))
        try:
            soak.run()
        except AssertionError as error:
            sys.stdout.write(
                f"{error}\nafter {time.monotonic() - began:.0f} s; the last actions:\n"
            )
            sys.stdout.writelines(f"  {action}\n" for action in soak.last)
            for report in Path(home).rglob("crash-*"):
                sys.stdout.write(report.read_text("utf-8"))
            return 1
    sys.stdout.write(limits.summary(soak.figures))
    missed = limits.missed(soak.figures)
    sys.stdout.writelines(f"MISSED: {each}\n" for each in missed)
    return bool(missed)


if __name__ == "__main__":
    sys.exit(main())
