"""The floor of start time and memory: an empty Textual app."""

from textual.app import App


class Empty(App[None]):
    """Draws the background and waits."""


if __name__ == "__main__":
    Empty().run()
