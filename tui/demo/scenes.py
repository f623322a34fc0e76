"""What a world is like: how much happens in it, how often it fails, whether its server is there."""

from dataclasses import dataclass

from tui.demo.life import DOWNLOADING, QUEUED, TRANSCODING, UPLOADING

# The phases of the newest orders at the world's first moment, newest first.
_CALM = (
    (QUEUED, QUEUED, DOWNLOADING, TRANSCODING, TRANSCODING, TRANSCODING, TRANSCODING, UPLOADING),
    (QUEUED, DOWNLOADING, TRANSCODING, TRANSCODING, TRANSCODING, TRANSCODING, UPLOADING),
    (QUEUED, TRANSCODING, DOWNLOADING, TRANSCODING, TRANSCODING, UPLOADING, TRANSCODING),
    (QUEUED, DOWNLOADING, QUEUED, TRANSCODING, TRANSCODING, UPLOADING, TRANSCODING, TRANSCODING),
)
_CROWD = (
    (QUEUED,) * 8 + (DOWNLOADING,) * 7 + (TRANSCODING, TRANSCODING, UPLOADING) * 8,
    (QUEUED,) * 11 + (DOWNLOADING, TRANSCODING, TRANSCODING) * 7 + (UPLOADING,) * 6,
)


@dataclass(frozen=True, slots=True)
class Scenario:
    """A kind of world. All times are in seconds."""

    heads: tuple[tuple[int, ...], ...] = _CALM
    # From one new order to the next, give or take `jitter`; the first that were active before the
    # world's first moment are `gap` apart. None: nobody orders anything, now or earlier.
    every: float | None = 30.0
    jitter: float = 10.0
    gap: float = 26.0
    failures: float = 0.015
    outage: bool = False


SCENES = {
    "": Scenario(),
    "busy": Scenario(heads=_CROWD, every=4.0, jitter=2.0, gap=4.0),
    "empty": Scenario(every=None),
    "errors": Scenario(every=12.0, jitter=4.0, failures=0.5),
    "outage": Scenario(outage=True),
}
"""By name; the one without a name is the world as it is."""

NAMES = tuple(filter(None, SCENES))


def scene_of(name: str) -> Scenario:
    """The scene of this name. Raises ValueError, in one sentence."""
    if name not in SCENES:
        raise ValueError(f"A scene is one of {', '.join(NAMES)}.")
    return SCENES[name]
