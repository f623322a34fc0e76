"""The words of the form of a new order. Pure."""

from collections.abc import Mapping, Sequence

from tui import formatting
from tui.masking import DOTS
from tui.model.order_fields import Problem
from tui.model.profiles import EncodingProfile
from tui.sanitize import sanitize
from tui.ui.new_order.form import FormField
from tui.ui.profile_text import profile_text

_HINTS = {
    "origin": "The file to transcode, as in ftp://user:password@host/path.mp4. The password is "
    "hidden, and stored nowhere",
    "destinations": "A folder, as in ftp://user:password@host/, or a bucket, as in s3://name. The "
    "password is hidden, and stored nowhere",
    "profile_id": "The id of one of the company's profiles. {choose}: choose it",
    "filename": "The name of the file that is made",
    "label": "Any text; it may be empty",
    "width": "In pixels; it may be empty",
    "height": "In pixels; it may be empty",
    "time": "Where in the video, as in 0.3. The unit is not documented. It may be empty",
    "email": "Who gets a message when the order has ended; it may be empty",
    "call": "What is called when the order has ended; it may be empty",
    "priority": "5 to 10; only companies that have contracted the priority service can use it",
    "key": "32 hexadecimal digits; hidden, and stored nowhere",
    "key_id": "32 hexadecimal digits; hidden, and stored nowhere",
    "key_iv": "32 hexadecimal digits, or nothing; hidden, and stored nowhere",
    "pssh": "Any text, or nothing; hidden, and stored nowhere",
    "encryption_scheme": "The arrows choose it. Without one it is cbcs",
}


def field_hint(field: FormField, choose_key: str) -> str:
    """Return what to know of a field; `choose_key` chooses a profile."""
    name = field.path.partition("[")[0]
    last = field.path.rpartition(".")[2]
    hint = _HINTS.get(name if name == "destinations" else last, "")
    return hint.format(choose=choose_key)


def profile_note(
    text: str, profiles: Mapping[int, EncodingProfile] | None, why_unknown: str
) -> str:
    """Return what is known of the profile whose id is typed. `profiles` is None if they were not
    read, for the reason `why_unknown`.
    """
    if profiles is None:
        return f"the profiles are not known, so the id is not checked: {why_unknown}"
    found = profiles.get(int(text)) if text.isdecimal() and len(text) < 10 else None
    return "" if found is None else profile_text(found)


def problem_text(problem: Problem) -> str:
    """Return a problem with the name of its field."""
    return f"{problem.path}: {problem.words}" if problem.path else problem.words


def minutes_text(duration: float | None, jobs: int) -> str:
    """Return how many minutes the order will use. `duration` is that of the source in seconds; it
    is None if it is not known.
    """
    if duration is None:
        return "How long the source is, and so how many minutes it uses, is not known."
    minutes = formatting.count(max(1, round(duration / 60)))
    text = f"The source takes about {minutes} min of the package"
    if jobs > 1:
        text += f"; whether each of the {jobs} sub-jobs counts is not documented"
    return f"{text}."


PROBLEM_MARK = "// ! "
_EDITOR_HEAD = """\
// A new order. Comments begin with // or # and are not sent. Save it and leave the editor to go
// back to the form. {dots}1{dot} stands for a secret that was typed: it is not in this file.
// {dots} alone stands for one that is not known, and has to be typed.
//
// origin         the file: ftp://user:password@host/path.mp4
// destinations   ftp://user:password@host/ or s3://bucket, one at least
// jobs           one at least: profile_id, filename, label (optional), thumbnails (optional)
// thumbnails     filename, label, width, height, time (its unit is not documented)
// notifications  optional: email, call (a URL)
// priority       optional: 5 to 10, only with the contracted priority service
// post_process   optional: [{{"drm": {{"key", "key_id", "key_iv", "pssh", "encryption_scheme"}}}}]
//                keys: 32 hexadecimal digits; key_iv and pssh are optional;
//                encryption_scheme: cenc, cbc1, cens or cbcs (the default)
"""


def editor_text(draft: str) -> str:
    """Return what the user's editor shows: `draft` is JSON, with a placeholder for each secret."""
    return f"{_EDITOR_HEAD.format(dots=DOTS, dot=DOTS[0])}{draft}\n"


def with_problems(text: str, problems: Sequence[str]) -> str:
    """Return what an editor has left, with what is wrong with it above."""
    found = "".join(f"{PROBLEM_MARK}{sanitize(each)}\n" for each in problems)
    return f"{found}{PROBLEM_MARK}Leave it as it is to go back to the form without it.\n{text}"
