"""The soak: the whole program at many times the speed of life, through faults, resizes and keys
without end. `python -m tests.soak` runs it; it is no part of the quick tests.
"""
