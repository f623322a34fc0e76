"""The floor for a request: the same calls by httpx and msgspec alone, at the same pace.

Run as a module with the server's URL and the number of active orders. It writes one line once it
is polling, then goes on until it is killed.
"""

import asyncio
import sys
from itertools import cycle

import httpx
import msgspec

from tests.bench.company import order_id
from tests.support.changing_server import LIST_PATH, TOKEN_PATH

LIST_INTERVAL = 5.0
REQUESTS_A_MINUTE = 68  # 12 for the list, 12 for the selected order, 4 for each of the others


class _Row(msgspec.Struct, gc=False):
    id: str
    created_on: str
    status: str


class _SubJob(msgspec.Struct):
    profile: dict[str, int | str]
    filename: str
    progress: float


class _Detail(msgspec.Struct):
    order_id: str
    status: str
    filename: str
    transcodingjob_set: list[_SubJob]


async def poll(url: str, size: int, active: int) -> None:
    """Request the list every five seconds and the details of active orders in between."""
    rows, detail = msgspec.json.Decoder(list[_Row]), msgspec.json.Decoder(_Detail)
    details = cycle([f"{LIST_PATH}/{order_id(size - 1 - place)}/" for place in range(active)])
    every = 60 / REQUESTS_A_MINUTE
    async with httpx.AsyncClient(base_url=url, trust_env=False) as client:
        token = (await client.post(TOKEN_PATH)).json()["access_token"]
        client.headers["Authorization"] = f"Bearer {token}"
        for turn in range(sys.maxsize):
            if turn % round(LIST_INTERVAL / every) == 0:
                rows.decode((await client.get(LIST_PATH)).raise_for_status().content)
            else:
                detail.decode((await client.get(next(details))).raise_for_status().content)
            if turn == 0:
                sys.stdout.write("polling\n")
                sys.stdout.flush()
            await asyncio.sleep(every)


if __name__ == "__main__":
    asyncio.run(poll(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
