"""An API whose orders can be requeued, and what goes wrong with each."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Sequence
from enum import Enum

from tests.support.changing_server import LIST_PATH, Service, detail, row
from tui.demo.http_server import Request, Response

_REQUEUE_PATH = "/v1/media/42/transcode_requeue/"


class Fault(Enum):
    NONE = "done and answered"
    REFUSED = "refused"
    FAILED = "a server error, nothing is done"
    CUT = "done, and the connection is cut"
    SILENT = "done, and never answered"
    SLOW = "done, and answered after a second"
    CHANGED = "someone else queues it after the plan has read it"


class RequeueService(Service):
    """Failed orders with the numbers from 1 on, newest first, each with one of `faults`. `writes`
    has the ids of all requeues that came, `held` is set when one isn't answered.
    """

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__()
        self.writes: list[str] = []
        self.others: list[Request] = []
        """Requests that are neither reads nor requeues."""
        self.faults: dict[str, Fault] = {}
        self._reads: Counter[str] = Counter()
        for number in range(len(faults), 0, -1):
            listed = row(number, "ERROR")
            self.rows.append(listed)
            self.faults[listed["id"]] = faults[number - 1]
            self.details[listed["id"]] = detail(
                listed, 10.0, filename=f"of-{number}.mp4", comment="Disk full"
            )

    @property
    def ids(self) -> list[str]:
        return [listed["id"] for listed in self.rows]

    def set_status(self, order_id: str, status: str) -> None:
        listed = next(each for each in self.rows if each["id"] == order_id)
        listed["status"] = self.details[order_id]["status"] = status
        self.details[order_id]["comment"] = None

    def __call__(self, request: Request) -> Response | Awaitable[Response]:
        if request.path.startswith(_REQUEUE_PATH):
            return self._requeue(request.path.removeprefix(_REQUEUE_PATH).strip("/"))
        if request.method != "GET" and "oauth2" not in request.path:
            self.others.append(request)
        order_id = request.path.removeprefix(LIST_PATH + "/").strip("/")
        answer = super().__call__(request)
        self._reads[order_id] += 1
        if self.faults.get(order_id) is Fault.CHANGED and self._reads[order_id] == 1:
            self.set_status(order_id, "TRANSCODING")
        return answer

    def _requeue(self, order_id: str) -> Response | Awaitable[Response]:
        self.writes.append(order_id)
        match self.faults[order_id]:
            case Fault.REFUSED:
                return Response(400, {}, b'{"detail": "The package of minutes is blocked."}')
            case Fault.FAILED:
                return Response(503, {}, b"<html>Service unavailable</html>")
            case Fault.CUT:
                self.set_status(order_id, "QUEUED")
                raise ConnectionAbortedError
            case Fault.SILENT:
                self.set_status(order_id, "QUEUED")
                return self._silence()
            case Fault.SLOW:
                self.set_status(order_id, "QUEUED")
                return self._answer_late()
        self.set_status(order_id, "QUEUED")
        return Response(200, {}, b'{"status": "QUEUED"}')

    async def _answer_late(self) -> Response:
        await asyncio.sleep(1)
        return Response(200, {}, b'{"status": "QUEUED"}')

    async def _silence(self) -> Response:
        await asyncio.Event().wait()
        raise ConnectionAbortedError
