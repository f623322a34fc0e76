"""The floor for start and memory: a Textual app with nothing in it."""

from textual.app import App


class Empty(App[None]):
    """Draws its background and waits."""


if __name__ == "__main__":
    Empty().run()
