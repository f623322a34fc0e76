"""What is learned from samples: estimates and the limits of stalls."""

from collections.abc import Iterable

from tui.history.estimates import Estimator
from tui.history.records import Sample, SampleKind
from tui.history.stalls import StallLimits


class Knowledge:
    """Learns from the samples of earlier runs, the oldest first. 100,000 take a third of a second,
    so it is to be made in a thread.
    """

    def __init__(self, samples: Iterable[Sample] = ()) -> None:
        self.estimator = Estimator()
        self.limits = StallLimits()
        for sample in samples:
            self.add(sample)

    def add(self, sample: Sample) -> None:
        if sample.kind is SampleKind.GAP:
            self.limits.restore(sample)
        else:
            self.estimator.restore(sample)
