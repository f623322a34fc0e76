"""Hostile config files: a problem is one sentence, and the file is never overwritten."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.support.forked_calls import Call, Outcome, call_forked
from tui.config.editor import save_values, save_view
from tui.config.loader import read_views
from tui.config.settings import ConfigError
from tui.filtering.views import View

# Without a company `config check` does not log in.
ENVIRON = {
    "TRANSPARENT_CLIENT_ID": "me",
    "TRANSPARENT_CLIENT_SECRET": "s3cret",
}

# Rejected as a whole, for reading and for saving.
UNUSABLE: dict[str, str | bytes] = {
    "deep arrays": "refresh = " + "[" * 60_000,
    "deep closed arrays": "refresh = " + "[" * 5_000 + "]" * 5_000,
    "deep arrays of lines": "refresh = " + "[\n" * 30_000,
    "deep inline tables": "refresh = " + "{a=" * 20_000,
    "a deep table": f"[keys{'.a' * 30_000}]\nx = 'f5'",
    "a deep array of tables": f"[[keys{'.a' * 30_000}]]",
    "50,000 dotted keys": f"keys{'.a' * 50_000} = 'f5'",
    "quoted dotted keys": "keys" + '."a"' * 15_000 + " = 'f5'",
    "a deep inline key": f"keys = {{ {'a.' * 30_000}a = 1 }}",
    "deep below a deep table": f"[keys{'.a' * 1000}]\n" + "k = 1\n" * 10_000,
    "escaped quotes": 'refresh = "' + '\\"' * 30_000,
    "an unclosed text": 'refresh = "' + "." * 60_000,
    "30,000 dotted keys": f"keys{'.a' * 30_000} = 'f5'",
    "100,000 keys": "".join(f"key{number} = 1\n" for number in range(100_000)),
    "100,000 tables": "[[a]]\n" * 100_000,
    "an integer of 5000 digits": "refresh = " + "9" * 5_000,
    "a key twice": "refresh = 5\nrefresh = 6",
    "no UTF-8": b"refresh = '\xff'",
    "UTF-16": "refresh = 5".encode("utf-16"),
    "a NUL": "refresh = 5\x00",
    "an escape": "refresh = '\x1b[2J'",
    "a program": b"\x7fELF\x02\x01\x01" + bytes(1000),
}

# One setting is invalid; all others are read.
BAD_VALUES: dict[str, str | bytes] = {
    "400 digits": "refresh = " + "9" * 400,
    "a float without end": "refresh = " + "9" * 400 + ".0",
    "a hexadecimal without end": "order_url = 0x" + "f" * 50_000,
    "nan": "refresh = nan",
    "inf": "refresh = inf",
    "-inf": "refresh = -inf",
    "a date": "refresh = 2024-01-01",
    "a date for a text": "theme = 2024-01-01T00:00:00Z",
    "a time for a text": "theme = 07:32:00",
    "nan for a switch": "mouse = nan",
    "a date for a switch": "read_only = 2024-01-01",
    "nan for a text": "export_dir = nan",
    "a table for a text": "theme = { a = { b = { c = 1 } } }",
    "an array of 200 arrays": "theme = " + "[" * 200 + "]" * 200,
    "an array for a choice": "glyphs = [['auto']]",
    "100,000 letters": "theme = '" + "x" * 60_000 + "'",
}

UNKNOWN: dict[str, str | bytes] = {
    "markup": '"[red]a[/]" = 1',
    "an escape in a key": '"\\u001b[2J" = 1',
    "a bidi control": '"\\u202ea" = 1',
    "a long key": "a" * 60_000 + " = 1",
    "an empty key": '"" = 1',
}


Results = dict[str, tuple[Path, Outcome]]
"""By case: the file, and the outcome of the command."""


def results_of(
    action: str, texts: Mapping[str, str | bytes], factory: pytest.TempPathFactory
) -> Results:
    paths = [factory.mktemp("home") / "config.toml" for _ in texts]
    for path, text in zip(paths, texts.values(), strict=True):
        write(path, text)
    calls = [
        Call(("--config", str(path), "config", action), {**ENVIRON, "HOME": str(path.parent)})
        for path in paths
    ]
    outcomes = call_forked("tui.cli.main:main", calls)
    return dict(zip(texts, zip(paths, outcomes, strict=True), strict=True))


@pytest.fixture(scope="module")
def checks(tmp_path_factory: pytest.TempPathFactory) -> Results:
    return results_of("check", UNUSABLE | BAD_VALUES | UNKNOWN, tmp_path_factory)


@pytest.fixture(scope="module")
def shows(tmp_path_factory: pytest.TempPathFactory) -> Results:
    return results_of("show", {case: noted[0] for case, noted in NOTED.items()}, tmp_path_factory)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "config.toml"


def write(path: Path, text: str | bytes) -> bytes:
    data = text.encode() if isinstance(text, str) else text
    path.write_bytes(data)
    return data


@pytest.mark.parametrize("case", [*UNUSABLE, *BAD_VALUES, *UNKNOWN])
def test_a_bad_file_is_reported_in_one_sentence(case: str, checks: Results) -> None:
    path, done = checks[case]
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.endswith("\n")
    lines = done.stderr[:-1].split("\n")
    (said,) = [line for line in lines if "company is missing" not in line]
    assert said.startswith("transcode-tui: ")
    assert str(path) in said
    assert len(said) < 600
    assert said.isprintable()


@pytest.mark.parametrize("case", UNUSABLE)
def test_a_bad_file_is_not_overwritten(case: str, path: Path) -> None:
    before = write(path, UNUSABLE[case])
    with pytest.raises(ConfigError, match=r"cannot be|is not TOML"):
        save_values(path, {"theme": "mono"})
    with pytest.raises(ConfigError):
        save_view(path, View("mine"))
    assert path.read_bytes() == before
    assert [each.name for each in path.parent.iterdir()] == ["config.toml"]


@pytest.mark.parametrize(
    "text",
    [
        "refresh = " + "9" * 400,
        "refresh = nan\n# a comment of many ........................................ dots\n",
        "theme = '........................................'  # and quoted ones",
        f"[views.'{'a.' * 40}a']\nfilter = ''",
        "[views]\n" + "".join(f"v{number} = {number}\n" for number in range(3_000)),
        "[keys]\n" + "".join(f"'k.{number}' = 'f5'\n" for number in range(3_000)),
        "views = 5",
        "views.a.filter = 'x'\nviews.b.filter = 'y'",
    ],
)
def test_editing_keeps_the_rest_of_the_file(text: str, path: Path) -> None:
    write(path, text)
    save_values(path, {"company": "42"})
    assert text.strip() in path.read_text("utf-8")
    assert 'company = "42"' in path.read_text("utf-8")


def test_line_endings_are_kept(path: Path) -> None:
    write(path, "# mine\r\nrefresh = 9\r\n")
    save_values(path, {"refresh": "8"})
    assert path.read_bytes().startswith(b"# mine\r\nrefresh = ")


NOTED: dict[str, tuple[str, str, int]] = {
    "thousands of views that are none": (
        "[views]\n" + "".join(f"v{number} = {number}\n" for number in range(3_000)),
        'views."v0" must be a table',
        201,
    ),
    "thousands of views": (
        "".join(f"[views.v{number}]\nfilter = '('\n" for number in range(2_000)),
        'views."v0".filter is invalid: ',
        201,
    ),
    "a view of thousands of keys": (
        "[views.v]\n" + "".join(f"k{number} = 1\n" for number in range(3_000)),
        'views."v".k0 is no key of a view',
        200,
    ),
    "thousands of keys": (
        "[keys]\n" + "".join(f"'watch.pause{number}' = 'f5'\n" for number in range(2_000)),
        'keys."watch.pause0": no action has this id: did you mean watch.pause?',
        201,
    ),
    "nan for a key": ("[keys]\n'watch.pause' = nan", 'keys."watch.pause": must be a key', 1),
    "a date for a key": (
        "[keys]\n'watch.pause' = 2024-01-01",
        'keys."watch.pause": must be a key',
        1,
    ),
    "a key of 100 tables": (
        "keys = " + "{a=" * 100 + "1" + "}" * 100,
        'keys."a.a.a.a',
        1,
    ),
    "markup for an id": (
        "[keys]\n'[red]x[/]' = 'f5'",
        'keys."[red]x[/]": no action has this id',
        1,
    ),
    "an escape for an id": (
        '[keys]\n"\\u001b[2J" = "f5"',
        'keys."\ufffd[2J": no action has this id',
        1,
    ),
}


@pytest.mark.parametrize("case", NOTED)
def test_bad_keys_and_views_are_reported_and_ignored(case: str, shows: Results) -> None:
    _, wanted, lines = NOTED[case]
    _, done = shows[case]
    said = done.stderr.splitlines()
    assert (done.returncode, len(said)) == (2, lines)
    assert any(wanted in line for line in said)
    assert all(len(line) < 600 and line.isprintable() for line in said)
    assert "company" in done.stdout


def test_views_beyond_the_first_200_are_ignored(path: Path) -> None:
    write(path, "".join(f"[views.v{number}]\nfilter = ''\n" for number in range(300)))
    views, problems = read_views(path)
    assert [view.name for view in views] == [f"v{number}" for number in range(200)]
    assert problems == ["300 views are too many: only the first 200 count"]
