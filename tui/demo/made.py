"""Orders that did not come by the world's own clockwork: a client's, and one that vanishes."""

import math
from typing import NamedTuple

from tui.demo.chance import random_for
from tui.demo.detail import Job, Order, Place
from tui.demo.invented import job_timings
from tui.demo.life import Lifecycle
from tui.demo.order_form import OrderRequest, JobRequest
from tui.demo.profiles import PROFILES

_DETAIL_MADE = 200  # a purpose for chance, apart from those of the world and of the arrivals

VANISHES = (45.0, 95.0)
"""When the one that vanishes comes and when it is gone, in seconds of the world."""

VANISHING = OrderRequest(
    filename="duplicado (borrar).mp4",
    label="prioridad baja",
    source=Place("FTP", "ftp://ftp.tuservidor.com/duplicado%20%28borrar%29.mp4", "usuario"),
    targets=(Place("FTP", "ftp://ftp.tuservidor.com", "usuario"),),
    jobs=(JobRequest(PROFILES[34], "duplicado (borrar)_720p.mp4", "prioridad baja"),),
)


class ClientOrder(NamedTuple):
    """One such order. `created` is in unix seconds, `time` and `gone` in seconds of the world;
    `below` is the number of the next older order of the clockwork, or -1.
    """

    id: str
    created: float
    time: float
    below: int
    wish: OrderRequest
    life: Lifecycle
    gone: float = math.inf


def to_order(made: ClientOrder, created_on: str, seed: int, place: int) -> Order:
    """The order in full: as it was wished for, its file made up."""
    chance = random_for(seed, place, _DETAIL_MADE)
    duration = chance.lognormvariate(5.5, 1.1)
    halves = job_timings(len(made.wish.jobs), chance)
    return Order(
        id=made.id,
        created_on=created_on,
        filename=made.wish.filename,
        label=made.wish.label,
        source=made.wish.source,
        targets=made.wish.targets,
        duration=round(duration, 3),
        size=int(duration * chance.uniform(0.8e6, 6e6)),
        notifications=made.wish.notifications,
        jobs=[Job(*job, *half) for job, half in zip(made.wish.jobs, halves, strict=True)],
        luck=chance.getrandbits(16),
    )
