"""What is wrong with the settings."""


class ConfigError(Exception):
    """A setting is bad or cannot be read; the message is the sentence to show."""
