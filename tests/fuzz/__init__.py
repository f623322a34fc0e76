"""Random bytes from the terminal and random answers from the server, at the same time."""
