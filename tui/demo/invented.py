"""What is to be known of an order that the world made up. The same dice always tell the same."""

from pathlib import PurePosixPath
from random import Random
from typing import NamedTuple
from urllib.parse import quote

from tui.demo import names
from tui.demo.detail import Job, Order, Place
from tui.demo.profiles import Profile


class Heading(NamedTuple):
    """What is settled about an order before its dice are thrown."""

    id: str
    created_on: str
    filename: str
    label: str
    ladder: tuple[Profile, ...]


def generate_order(heading: Heading, dice: Random) -> Order:
    """Throw the dice for all the rest."""
    (protocol, source, user), targets, duration = _media(dice)
    return Order(
        id=heading.id,
        created_on=heading.created_on,
        filename=heading.filename,
        label=heading.label,
        source=Place(protocol, f"{source}/{quote(heading.filename)}", user),
        targets=targets,
        duration=round(duration, 3),
        size=int(duration * dice.uniform(0.8e6, 6e6)),
        notifications=dice.sample(fixtures.NOTIFICATIONS, k=dice.choice((0, 1, 1, 2))),
        jobs=_jobs(heading, dice),
        luck=dice.getrandbits(16),
    )


def duration(dice: Random) -> float:
    """The length of the order's file, in seconds, and nothing else."""
    return round(_media(dice)[2], 3)


def job_timings(count: int, dice: Random) -> list[tuple[float, float]]:
    """When sub-jobs start and end in the phase of transcoding: one after another, at their own
    speeds; the last ends the phase.
    """
    starts = sorted(dice.uniform(0.0, 0.3) for _ in range(count))
    ends = [dice.uniform(0.6, 1.0) for _ in range(count)]
    starts[0], ends[dice.randrange(count)] = 0.0, 1.0
    return list(zip(starts, ends, strict=True))


def _media(dice: Random) -> tuple[tuple[str, str, str | None], list[Place], float]:
    source = dice.choice(fixtures.SOURCES)
    targets = dice.sample(fixtures.TARGETS, k=dice.choice((1, 1, 1, 2)))
    return source, [Place(*target) for target in targets], dice.lognormvariate(5.5, 1.1)


def _jobs(heading: Heading, dice: Random) -> list[Job]:
    stem = PurePosixPath(heading.filename).stem
    halves = job_timings(len(heading.ladder), dice)
    return [
        Job(
            profile,
            stem + profile.ending,
            heading.label if not place else fixtures.label(dice.getrandbits(16)),
            *halves[place],
        )
        for place, profile in enumerate(heading.ladder)
    ]
