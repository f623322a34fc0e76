"""Print the figures of ten simulated minutes a seed: `python -m tests.consistency [SEED ...]`.

Each seed runs twice: with a list that is read as a whole, and with a paged one.
"""

import sys

from tests.consistency.play import play

for seed in map(int, sys.argv[1:] or "12345"):
    for in_pieces in (False, True):
        found = play(seed, 600, in_pieces=in_pieces)
        sys.stdout.write(f"seed {seed}{', in pieces' * in_pieces}: {found.summary}\n")
        sys.stdout.flush()
