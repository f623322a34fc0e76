"""Measure what decoding one answer costs, in a separate process.

`python -m tests.tools.decoding_costs detail` (or `list`) reads a body from standard input and
prints JSON: CPU seconds, growth of the peak memory in bytes, and the outcome.
"""

import json
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from tui.api.client import Client
from tui.api.order_decoder import read_detail
from tui.api.transport import Body
from tui.model.account import Account, Secret
from tui.model.ports import Failure

DETAIL_SIZE, LIST_SIZE = 4_000_000, 8_000_000
"""Bytes: the limit of a detail, and a list of 90,000 orders."""


def _filled(before: bytes, unit: bytes, after: bytes, size: int) -> bytes:
    count = (size - len(before) - len(after)) // (len(unit) + 1)
    return before + b",".join([unit] * count) + after


def _jobs(unit: bytes) -> bytes:
    return _filled(b'{"status":"TRANSCODING","transcodingjob_set":[', unit, b"]}", DETAIL_SIZE)


def _rows(row: Callable[[int], str]) -> bytes:
    sample = len(row(0)) + 1
    rows = ",".join(map(row, range(LIST_SIZE // sample)))
    return f"[{rows}]".encode()


def _order(number: int) -> str:
    return json.dumps(
        {
            "id": f"{1_600_000_000 - number}-1234",
            "created_on": "2021-09-08 09:15:55+00:00",
            "status": "FINISHED",
        }
    )


JOB = (
    b'{"profile":{"id":92,"name":"Prueba escalado"},"filename":"nombre.mp4",'
    b'"label":"prioridad alta","progress":81.5}'
)
NOTICES = b'{"status":"QUEUED","transcodingnotification_set":['
PLAIN_DETAIL, PLAIN_LIST = "detail: plain", "list: plain"

BODIES: dict[str, Callable[[], bytes]] = {
    PLAIN_DETAIL: lambda: _jobs(JOB),
    "detail: empty sub-jobs": lambda: _jobs(b"{}"),
    "detail: sub-jobs of one member": lambda: _jobs(b'{"label":"abc"}'),
    "detail: sub-jobs of numbers": lambda: _jobs(b"1234567890123"),
    "detail: distinct addresses": lambda: (
        NOTICES + b",".join(b'{"email":"%07d@h.es"}' % n for n in range(160_000)) + b"]}"
    ),
    "detail: distinct callback URLs": lambda: (
        NOTICES
        + b",".join(b'{"callback_url":"https://h.es/?token=%06d"}' % n for n in range(90_000))
        + b"]}"
    ),
    "detail: nested arrays": lambda: b'{"status":' + b"[" * 1_900_000 + b"]" * 1_900_000 + b"}",
    "detail: one long comment": lambda: b'{"status":"ERROR","comment":"%s"}' % (b"a:@" * 1_300_000),
    "detail: keys of one object": lambda: (
        b"{" + b",".join(b'"k%010d":1' % n for n in range(240_000)) + b',"status":"A"}'
    ),
    PLAIN_LIST: lambda: _rows(_order),
    "list: numbers": lambda: b"[" + b"1," * (LIST_SIZE // 2) + b"1]",
    "list: empty objects": lambda: _filled(b"[", b"{}", b"]", LIST_SIZE),
    "list: texts": lambda: _filled(b"[", b'"abcdefghijkl"', b"]", LIST_SIZE),
    "list: orders without an id": lambda: _filled(b"[", b'{"status":"QUEUED"}', b"]", LIST_SIZE),
    "list: one order again and again": lambda: _rows(lambda _: _order(1)),
    "list: short orders": lambda: _rows(lambda n: f'{{"id":"{n:012}"}}'),
    "list: nested objects": lambda: b"[" + b'{"a":' * 4_000_000 + b"1" + b"}" * 4_000_000 + b"]",
    "list: wrong orders": lambda: _rows(lambda n: f'{{"id":"{n:07}","status":[1]}}'),
}


class Cost(NamedTuple):
    cpu: float
    memory: int
    outcome: str


def cost_of(name: str) -> Cost:
    """Measure it in a new process."""
    command = (sys.executable, "-m", __name__, name.partition(":")[0])
    done = subprocess.run(command, input=BODIES[name](), capture_output=True, check=True)
    return Cost(*json.loads(done.stdout))


def measure(kind: str, data: bytes) -> Cost:
    body = Body(data)
    client = Client(Account("42", "demo", Secret("s"), "http://127.0.0.1"))
    read: Callable[[bytes], Any] = client._list.read
    if kind == "detail":
        read = partial(read_detail, order_id="1-1", now=1.7e9)
    before = _peak_memory()
    began = time.process_time()
    answer = client._decode_alone(read, body)
    cpu = time.process_time() - began
    memory = _peak_memory() - before
    outcome = answer.kind.name if isinstance(answer, Failure) else type(answer).__name__
    return Cost(cpu, memory, outcome)


def _peak_memory() -> int:
    """Return the peak in bytes. `getrusage` would include that of the parent process."""
    status = Path("/proc/self/status").read_text("ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) * 1024


if __name__ == "__main__":
    sys.stdout.write(json.dumps(measure(sys.argv[1], sys.stdin.buffer.read())) + "\n")
