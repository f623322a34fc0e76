"""`python -m tests.consistency [SEED …]`: the figures of ten minutes for each seed, once of a list
that
is read whole and once of one in pieces.
"""

import sys

from tests.consistency.play import play

for seed in map(int, sys.argv[1:] or "12345"):
    for in_pieces in (False, True):
        found = play(seed, 600, in_pieces=in_pieces)
        sys.stdout.write(f"seed {seed}{', in pieces' * in_pieces}: {found.summary}\n")
        sys.stdout.flush()
