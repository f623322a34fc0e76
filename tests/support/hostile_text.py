"""Hostile texts from a server, and checks of what reaches the terminal."""

import re
import unicodedata

PAYLOADS: dict[str, str] = {
    "title": "\x1b]0;pwned\x07",
    "title, ST": "\x1b]2;pwned\x1b\\",
    "link": "\x1b]8;;https://evil.example\x1b\\here\x1b]8;;\x1b\\",
    "clipboard": "\x1b]52;c;cHduZWQ=\x07",
    "clipboard asked for": "\x1b]52;c;?\x07",
    "colours": "\x1b[31;7mred\x1b[0m",
    "where is the cursor": "\x1b[6n",
    "what are you": "\x1b[c\x1b[>c",
    "cursor": "\x1b[1;1H\x1b[10A\x1b[s\x1b[u",
    "clear": "\x1b[2J\x1b[3J",
    "main screen": "\x1b[?1049l\x1b[?47l",
    "window": "\x1b[8;1;1t\x1b[21t",
    "reset": "\x1bc\x1b[!p",
    "charset": "\x1b(0lqk\x0e\x0f",
    "DCS": "\x1bP$q q\x1b\\",
    "sixel": "\x1bPq#0;2;0;0;0#0~~\x1b\\",
    "APC": "\x1b_Gi=1,a=q;AAAA\x1b\\",
    "PM": "\x1b^pm\x1b\\",
    "SOS": "\x1bXsos\x1b\\",
    "C1 CSI": "\x9b6n\x9b2J",
    "C1 OSC": "\x9d0;pwned\x9c",
    "C1 DCS, APC, PM, SOS": "\x90q\x9c\x9fG\x9c\x9ep\x9c\x98s\x9c",
    "C1 NEL, IND": "a\x85b\x84c",
    "bell": "\x07\x07",
    "overwritten": "good.mp4\x08\x08\x08bad",
    "over the line": "good.mp4\rbad",
    "lines": "a\nb\n\n\nc",
    "other lines": "a\u2028b\u2029c\x0bd\x0ce",
    "tabs": "a\tb\t\tc",
    "NUL, DEL, SUB": "a\x00b\x7fc\x1ad",
    "lone ESC": "tail\x1b",
    "lone CSI": "tail\x1b[",
    "lone OSC": "tail\x1b]0;",
    "other way": "\u202egpj.exe\u202d",
    "isolates": "\u2066a\u2067b\u2068c\u2069\u200e\u200f\u061c",
    "no width": "a\u200bb\u2060c\ufeffd\u00ade",
    "tags": "a\U000e0041\U000e0042\U000e007f",
    "half pairs": "a\ud800b\udfffc",
    "joiners": "a\u200d\u200d\u200db\u200c\u200cc",
    "a family": "👩\u200d👩\u200d👧\u200d👦" * 3,
    "skins, variants": "👍🏽❤\ufe0f☀\ufe0e1\ufe0f\u20e3葛\U000e0100",
    "marks": "Z" + "\u0301\u0336\u20dd" * 70,
    "fillers": "a\u3164b\u115f\u1160c\uffa0",
    "10,000": "x" * 10_000,
    "10,000 wide": "界" * 10_000,
    "wide": "界面🎬映画漢字🎞한국어" * 4,
    "markup": "[bold red]a[/]b[/bold]",
    "markup ended": "a[/]b",
    "markup unended": "[bold",
    "markup action": "[@click=app.quit]x[/]",
    "markup link": "[link='https://evil.example']x[/link]\\[",
    "variables": "$primary [on $error]x[/] ${PATH}",
    "formats": "%s%n%(a)s {} {0.__class__} {",
    "names": "\\N{BELL}\\x1b[2J\\033]0;pwned\\a",
    "HTML": "<script>alert(1)</script>&#27;[2J",
}

SEQUENCE = re.compile(
    rb"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)"
    rb"|\x1b[PX^_][^\x1b]*\x1b\\|\x1b[ -/]*[0-~]"
)
_NUMBERS = re.compile(rb"[0-9]+(?:[;:][0-9]*)*")
_CONTROLS = {"Cc", "Cf", "Cs", "Cn", "Zl", "Zp"}
_NO_WIDTH = {"\u200c", "\u200d", "\ufe0e", "\ufe0f", "\u3164", "\u115f", "\u1160", "\uffa0"}


def kinds(raw: bytes) -> set[bytes]:
    """Return the escape sequences of an output, without numbers.

    Sequences that carry text (title, clipboard) are returned unchanged.
    """
    return {
        _NUMBERS.sub(b"N", each) if each.startswith(b"\x1b[") else each
        for each in SEQUENCE.findall(raw)
    }


def controls(raw: bytes) -> set[str]:
    """Return control and invisible characters outside of sequences.

    Raises `UnicodeDecodeError` if the output is not UTF-8.
    """
    text = SEQUENCE.sub(b"", raw).decode()
    return {c for c in set(text) if unicodedata.category(c) in _CONTROLS or c in _NO_WIDTH}


def dangerous(payload: str) -> bool:
    """Return whether the payload has control or invisible characters."""
    return bool(controls(payload.encode("utf-8", "replace"))) or "\x1b" in payload
