"""What is wrong with the settings."""

NO_HOME = "there is no home folder, and so no config file: name one with --config"


class ConfigError(Exception):
    """A setting is bad or cannot be read; the message is the sentence to show."""
