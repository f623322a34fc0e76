"""The signs of the screen, in two sets. Each stands beside its word or a legend."""

from dataclasses import dataclass

from tui.model.status import Phase


@dataclass(frozen=True)
class Glyphs:
    phases: dict[Phase, str]
    gone: str
    live: str
    stale: str
    waiting: str
    paused: str
    cursor: str
    done: str
    rest: str
    rule: str
    dot: str


UNICODE = Glyphs(
    phases={
        Phase.QUEUED: "◌",
        Phase.DOWNLOADING: "↓",
        Phase.TRANSCODING: "▶",
        Phase.UPLOADING: "↑",
        Phase.FINISHED: "✔",
        Phase.ERROR: "✖",
        Phase.UNKNOWN: "?",
    },
    gone="⌀",
    live="●",
    stale="▲",
    waiting="◌",
    paused="‖",
    cursor="▌",
    done="━",
    rest="─",
    rule="─",
    dot="·",
)

ASCII = Glyphs(
    phases={
        Phase.QUEUED: ".",
        Phase.DOWNLOADING: "v",
        Phase.TRANSCODING: ">",
        Phase.UPLOADING: "^",
        Phase.FINISHED: "+",
        Phase.ERROR: "x",
        Phase.UNKNOWN: "?",
    },
    gone="-",
    live="*",
    stale="!",
    waiting=".",
    paused="=",
    cursor=">",
    done="=",
    rest="-",
    rule="-",
    dot="|",
)


def choose(setting: str, encoding: str | None) -> Glyphs:
    """The set that was asked for; `auto` goes by what the terminal's locale can encode."""
    if setting == "ascii":
        return ASCII
    if setting == "unicode" or (encoding or "").lower().replace("-", "") == "utf8":
        return UNICODE
    return ASCII
