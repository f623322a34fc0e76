"""The command line: reads the settings and wires the rooms together."""
