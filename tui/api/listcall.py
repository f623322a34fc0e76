"""The list call: everything at once (S) or in pieces (O), as the server's answers tell."""

from collections.abc import Awaitable, Callable
from functools import partial

from tui.api.kept import ConditionalCache
from tui.api.lists import IncrementalListDecoder
from tui.api.pieces import PageDecoder, may_reject_parameters, query_of, decode_filtered_page
from tui.model.order import Snapshot
from tui.model.page import NEWEST, Page, PageRequest
from tui.model.ports import CachedAnswer, Failure, ListAnswer

Get = Callable[[str, Callable[[bytes], Snapshot | Page], ConditionalCache | None], Awaitable[ListAnswer]]


class ListEndpoint:
    """`get` sends the call with a query and decodes its answer; `clock` is UTC epoch seconds."""

    def __init__(self, get: Get, clock: Callable[[], float]) -> None:
        self._get = get
        self._clock = clock
        self._whole = IncrementalListDecoder()
        self._pieces = PageDecoder()
        self._kept = ConditionalCache()
        self._in_pieces: bool | None = None  # not known before the first answer

    async def newest(self) -> ListAnswer:
        """The newest page; everything where there is no more, or the server has no pieces."""
        if self._in_pieces is False:
            return await self.fetch_page(None)
        answer = await self.fetch_page(NEWEST)
        if isinstance(answer, Failure):
            if not self._may_dislike_pieces(answer):
                return answer
            plain = await self.fetch_page(None)
            if isinstance(plain, Failure):
                return answer  # the second is no better
            self._in_pieces = False
            return plain
        # A bare array of as many as were asked for may be a piece that does not say so.
        return answer if self._in_pieces or not _is_full(answer) else await self.fetch_page(None)

    async def fetch_page(self, part: PageRequest | None) -> ListAnswer:
        """One piece, or all; a server that knows no pieces gives all of it anyway."""
        kept = self._kept if part in (None, NEWEST) else None
        answer = await self._get(query_of(part), partial(self.read, part=part), kept)
        if isinstance(answer, Failure) and kept is not None:
            kept.forget()  # what failed may be the validators, or the body that they stand for
        return answer

    def read(self, body: bytes, part: PageRequest | None = None) -> Snapshot | Page:
        """What is in a body. Raises `InvalidJson` or `UnexpectedShape`."""
        if part is not None and part.is_filtered:
            return decode_filtered_page(body, part, self._clock())
        if part is not None:
            piece = self._pieces.read(body, part, self._clock())
            if piece is not None:
                self._in_pieces = True
                return piece
        whole = self._whole.read(body, self._clock())
        if part is not None and whole.orders:  # neither an error page nor nothing tells
            self._in_pieces = False
        return whole

    def _may_dislike_pieces(self, failure: Failure) -> bool:
        """A server that has given some is asked for everything only where it says that the
        request is bad; one that fails must not be asked for more.
        """
        broken = failure.status is None or failure.status >= 500
        return may_reject_parameters(failure) and not (self._in_pieces and broken)


def _is_full(answer: Snapshot | Page | CachedAnswer[Snapshot | Page]) -> bool:
    content = answer.content if isinstance(answer, CachedAnswer) else answer
    return len(content.orders) + len(content.unreadable) == NEWEST.limit
