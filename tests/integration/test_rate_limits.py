"""A simulated hour against a server that limits, rejects and forbids."""

import pytest

from tests.support.faulty_server import Place
from tests.tools.rate_limits import hour


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(1, 4))
def test_a_rate_limited_hour_respects_every_limit(seed: int) -> None:
    log = hour(seed)
    assert len(log.asked) > 1000
    assert len(log.windows) > 20
    assert log.too_early == []
    assert log.busiest_minute <= 120
    assert log.tries(Place.TOKEN, 401)
    assert log.too_soon(Place.TOKEN, 401, apart=300) == []
    assert log.tries(Place.LIST, 403)
    assert log.too_soon(Place.LIST, 403, apart=60) == []
