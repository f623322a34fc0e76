"""`python -m tests.truth [SEED …]`: the figures of ten minutes for each seed."""

import sys

from tests.truth.play import play

for seed in map(int, sys.argv[1:] or "12345"):
    sys.stdout.write(f"seed {seed}: {play(seed, 600).summary}\n")
    sys.stdout.flush()
