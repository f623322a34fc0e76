"""A simulated company with its transcoding orders, and an HTTP server that serves them.

It speaks the service's HTTP and imports nothing of the rest of the program.
"""

from typing import NamedTuple

CLIENT_ID, CLIENT_SECRET = "demo", "demo-secret"  # public, and valid only here
COMPANY_ID = 42


class DemoOptions(NamedTuple):
    """What is simulated: `orders` exist at the start, and time passes `speed` times as fast as
    real time. `scenario` is empty or one of `tui.demo.scenarios.NAMES`. A token is valid for
    `token_lifetime` seconds.
    """

    orders: int = 823
    seed: int = 1
    speed: float = 1.0
    scenario: str = ""
    token_lifetime: int = 36_000
