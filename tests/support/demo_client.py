"""Addresses, credentials and a settable clock for tests of the demo server."""

EPOCH = 1_750_000_000.0
TOKEN_PATH = "/v1/oauth2/access_token/"
LIST_PATH = "/v1/media/42/transcode/"
TOKEN_FORM = {
    "client_id": "demo",
    "client_secret": "demo-secret",
    "grant_type": "client_credentials",
}


class SettableClock:
    """A clock that stands at `now`."""

    now = EPOCH

    def __call__(self) -> float:
        return self.now
