"""The signs of the screen, in two sets. Each stands beside its word or a legend."""

from collections.abc import Mapping

import msgspec

from tui.model.status import Phase


class Glyphs(msgspec.Struct, frozen=True):
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
    ascending: str
    descending: str


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
    ascending="▴",
    descending="▾",
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
    dot="-",
    ascending="^",
    descending="v",
)


def select_glyphs(setting: str, environ: Mapping[str, str]) -> Glyphs:
    """The set that was asked for; `auto` goes by the locale that the terminal was given.

    `LC_CTYPE=C.UTF-8` says nothing: Python sets it by itself under the C locale.
    """
    if setting == "auto":
        kind = environ.get("LC_CTYPE", "")
        locale = environ.get("LC_ALL") or (kind if kind != "C.UTF-8" else "")
        locale = (locale or environ.get("LANG", "")).lower().replace("-", "")
        return UNICODE if "utf8" in locale else ASCII
    return ASCII if setting == "ascii" else UNICODE
