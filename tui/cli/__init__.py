"""The command line: reads the settings, and connects api, polling and ui."""
