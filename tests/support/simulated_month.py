"""A simulated month of a company, as a program that polls it sees it: for the estimates.

What it models, so that the naive estimate is not right by construction:

- four profiles with costs and progress curves of their own: a start without progress (probing the
  source), a local speed that follows the content, two passes of which the first is faster, a
  packager that reports late, and a last percent that takes long (writing the file);
- sub-jobs of an order run side by side and end one after the other; then the order uploads,
  depending on its size and not on its progress;
- sources between some seconds and hours, with a complexity that all sub-jobs of an order share;
- a speed that follows the load of the day, and steps with new releases of the encoder;
- 4 % of all orders fail, half of these are requeued; some runs lose their worker and begin again;
- the program is restarted, and polling fails for a while.

It doesn't model workers that are shared by orders, jobs that wait for each other, or answers that
take time.
Progress is read with two decimals: every 15 s of the six newest active orders, else once a minute;
the list every 5 s.
"""

import math
from bisect import bisect_right
from dataclasses import dataclass, field
from itertools import accumulate, pairwise
from random import Random

DAY = 86_400.0
_KNOTS = 24


@dataclass(frozen=True)
class EncodingCurve:
    """How a profile is encoded. `cost` is seconds for each second of the source."""

    name: str
    cost: float
    start_share: tuple[float, float]
    """Bounds of the part of the time before the first progress."""
    first_pass: tuple[float, float] | None = None
    """Bounds of the part of the time that the first half of the progress takes, in two passes."""
    lateness: float = 1.0
    """The progress is the part of the work that is done, to the power of this."""
    end_share: tuple[float, float] = (0.0, 0.04)
    """Bounds of the part of the time that the last percent takes."""


PROFILES = (
    EncodingCurve("HLS 1080p", 0.45, (0.02, 0.08)),
    EncodingCurve("HEVC 2160p two-pass", 1.1, (0.01, 0.05), first_pass=(0.28, 0.42)),
    EncodingCurve("DASH packaged", 0.3, (0.03, 0.10), lateness=1.5),
    EncodingCurve("AAC audio", 0.05, (0.05, 0.25), end_share=(0.0, 0.2)),
)

SLOWED = PROFILES[2]


def progress_curve(curve: EncodingCurve, random: Random, variation: float) -> list[float]:
    """Return the percents at `_KNOTS` equal steps of a job's time; between them it is linear. The
    logarithm of its local speed changes by `variation`.
    """
    start = random.uniform(*curve.start_share)
    end = 1.0 - random.uniform(*curve.end_share)
    speeds, speed = [], 0.0
    for _ in range(_KNOTS):  # the content changes slowly
        speed = 0.7 * speed + random.gauss(0.0, variation)
        speeds.append(math.exp(speed))
    done = [0.0, *accumulate(speeds)]
    first_pass = random.uniform(*curve.first_pass) if curve.first_pass else 0.5
    percents = []
    for knot in range(_KNOTS + 1):
        time = knot / _KNOTS
        part = min(max((time - start) / (end - start), 0.0), 1.0) * _KNOTS
        low = min(int(part), _KNOTS - 1)
        work = (done[low] + (part - low) * speeds[low]) / done[-1]
        if work < first_pass:
            work = 0.5 * work / first_pass
        else:
            work = 0.5 + 0.5 * (work - first_pass) / (1.0 - first_pass)
        percents.append(99.0 * work**curve.lateness + (float(time >= 1.0)))
    return percents


@dataclass
class SimulatedJob:
    curve: EncodingCurve
    seconds: float
    percents: list[float]

    def percent(self, since: float) -> float:
        """The progress after `since` seconds in TRANSCODING."""
        part = since / self.seconds * _KNOTS
        if part >= _KNOTS:
            return 100.0
        low = int(part)
        here, there = self.percents[low], self.percents[low + 1]
        return round(here + (part - low) * (there - here), 2)


@dataclass
class SimulatedOrder:
    """`times` are when it enters each of `statuses`, in seconds of the month."""

    id: str
    created: float
    jobs: list[SimulatedJob]
    statuses: list[str] = field(default_factory=list)
    times: list[float] = field(default_factory=list)

    def status(self, now: float) -> str:
        return self.statuses[bisect_right(self.times, now) - 1]

    def ended(self, now: float) -> bool:
        return now >= self.times[-1]

    def _run(self, now: float) -> int:
        """The number in `times` of the last begin of the transcoding."""
        number = bisect_right(self.times, now) - 1
        while number > 0 and self.statuses[number] != "TRANSCODING":
            number -= 1
        return number

    def percents(self, now: float) -> list[float]:
        number = bisect_right(self.times, now) - 1
        if self.statuses[number] in {"QUEUED", "DOWNLOADING"}:
            return [0.0] * len(self.jobs)
        started, until = self.times[self._run(now)], now
        if self.statuses[number] == "ERROR":
            until = self.times[number]
        return [job.percent(until - started) for job in self.jobs]

    def done_at(self, profile: str | None, now: float) -> float | None:
        """When the sub-job of a profile, or the order (None), is done; None if its run fails."""
        begun = self._run(now)
        end = next(
            (n for n in range(begun + 1, len(self.times)) if self.statuses[n] != "UPLOADING"),
            len(self.times) - 1,
        )
        if profile is None:
            return self.times[end] if self.statuses[end] == "FINISHED" else None
        job = next(job for job in self.jobs if job.curve.name == profile)
        done = self.times[begun] + job.seconds
        return done if done <= self.times[end] else None


class SimulatedMonth:
    """Its orders, in the order of their creation. With `slow_from`, in days, the profile `SLOWED`
    is three times slower from then on. `variation` is that of the content.
    """

    def __init__(
        self,
        seed: int,
        count: int,
        *,
        days: float = 30.0,
        slow_from: float | None = None,
        variation: float = 0.25,
    ) -> None:
        self.random = random = Random(seed)
        self.length = days * DAY
        self._slow_from, self._variation = slow_from, variation
        self._releases = {
            curve.name: [math.exp(random.gauss(0.0, 0.12)) for _ in range(5)] for curve in PROFILES
        }
        created = sorted(self._arrival(random) for _ in range(count))
        self.orders = [self._order(number, at) for number, at in enumerate(created)]

    def _arrival(self, random: Random) -> float:
        while True:
            at = random.uniform(0.0, self.length)
            if random.random() < self._load(at) / 1.4:
                return at

    @staticmethod
    def _load(at: float) -> float:
        return 1.0 + 0.4 * math.sin(2 * math.pi * (at / DAY - 0.4))

    def _slowness(self, curve: EncodingCurve, at: float) -> float:
        release = self._releases[curve.name][int(at / DAY / 7)]
        slow = self._slow_from is not None and curve is SLOWED and at > self._slow_from * DAY
        return release * (0.8 + 0.2 * self._load(at)) * (3.0 if slow else 1.0)

    def _order(self, number: int, created: float) -> SimulatedOrder:
        random = self.random
        count = random.choices((1, 2, 3), (6, 3, 1))[0]
        curves = random.sample(PROFILES, count)
        source = min(max(random.lognormvariate(math.log(480.0), 1.0), 15.0), 14_400.0)
        complexity = random.lognormvariate(0.0, 0.3)
        order = SimulatedOrder(f"{number}", created, [])
        for curve in curves:
            seconds = 4.0 + source * curve.cost * complexity * self._slowness(curve, created)
            seconds *= random.lognormvariate(0.0, 0.1)
            order.jobs.append(
                SimulatedJob(curve, seconds, progress_curve(curve, random, self._variation))
            )
        at = created
        fails = random.random() < 0.04
        at = self._add_run(order, at, source, fails=fails)
        if fails and random.random() < 0.5:
            self._add_run(order, at + random.uniform(60.0, 900.0), source, fails=False)
        return order

    def _add_run(self, order: SimulatedOrder, at: float, source: float, *, fails: bool) -> float:
        random = self.random
        longest = max(job.seconds for job in order.jobs)
        steps = [
            ("QUEUED", random.expovariate(1 / 20.0)),
            ("DOWNLOADING", 3.0 + source * random.uniform(0.01, 0.05)),
        ]
        if fails:
            steps += [("TRANSCODING", longest * random.uniform(0.05, 0.95)), ("ERROR", 0.0)]
        else:
            if random.random() < 0.005:  # its worker is lost
                steps.append(("TRANSCODING", longest * random.uniform(0.2, 0.8)))
            upload = 2.0 + source * len(order.jobs) * random.lognormvariate(math.log(0.03), 0.4)
            steps += [("TRANSCODING", longest), ("UPLOADING", upload), ("FINISHED", 0.0)]
        for status, seconds in steps:
            order.statuses.append(status)
            order.times.append(at)
            at += seconds
        return order.times[-1]


def outages(random: Random, length: float, count: int, longest: float) -> list[tuple[float, float]]:
    """Return up to `count` spans of `length` seconds in which the program does not poll."""
    starts = sorted(random.uniform(0.0, length) for _ in range(count))
    spans = [(start, start + random.uniform(60.0, longest)) for start in starts]
    return [one for one, other in pairwise([*spans, (math.inf, math.inf)]) if one[1] < other[0]]
