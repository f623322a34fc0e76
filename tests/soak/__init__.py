"""Soak test: the whole program at 20 times real speed, through faults, resizes and keys.

`python -m tests.soak` runs it.
"""
