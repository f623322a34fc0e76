"""What the program costs, measured: `python -m tests.bench`."""
