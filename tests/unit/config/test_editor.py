"""Writing the config file: what changes and what is kept."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from tui.cli.accounts import ConfigAccountStore
from tui.config.editor import delete_view, rename_view, save_values, save_view
from tui.config.loader import build_config, read_views, resolve_settings
from tui.config.settings import ConfigError
from tui.demo.http_server import Request, Response, http_server
from tui.filtering.sorting import SortKey
from tui.filtering.views import View
from tui.model.account import Account, Secret
from tui.model.ports import Failure, FailureKind
from tui.model.telemetry import Telemetry

HIDDEN = "hunter2-hunter2"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "made" / "config.toml"


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def test_a_new_file_is_private(path: Path) -> None:
    save_values(path, {"theme": '4"2\\'})
    assert (mode(path), mode(path.parent)) == (0o600, 0o700)
    assert resolve_settings({}, {}, path)["theme"].value == '4"2\\'
    assert [each.name for each in path.parent.iterdir()] == ["config.toml"]


def test_other_content_of_the_file_is_kept(path: Path) -> None:
    path.parent.mkdir()
    path.write_text("# mine\nrefresh = 9  # slow\ntheme = 'light'\nkeyring = true\n", "utf-8")
    path.chmod(0o644)
    save_values(path, {"theme": "nord"}, drop=["keyring", "client_secret"])
    assert path.read_text("utf-8") == '# mine\nrefresh = 9  # slow\ntheme = "nord"\n'
    assert mode(path) == 0o600


def test_a_symlink_stays_a_symlink(path: Path, tmp_path: Path) -> None:
    path.parent.mkdir()
    real = tmp_path / "dotfiles.toml"
    real.write_text("", "utf-8")
    path.symlink_to(real)
    save_values(path, {"theme": "light"})
    assert path.is_symlink()
    assert real.read_text("utf-8") == 'theme = "light"\n'


@pytest.mark.parametrize("before", [b"company = '", b"\xff"])
def test_an_invalid_file_is_not_changed(path: Path, before: bytes) -> None:
    path.parent.mkdir()
    path.write_bytes(before)
    with pytest.raises(ConfigError, match="is not TOML"):
        save_values(path, {"company": "42"})
    assert path.read_bytes() == before


def test_a_write_failure_is_reported(path: Path) -> None:
    path.parent.write_text("a file where the folder should be", "utf-8")
    with pytest.raises(ConfigError, match="cannot be written"):
        save_values(path, {"company": "42"})


def text_of(path: Path) -> str:
    return path.read_text("utf-8")


def write(path: Path, text: str) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, "utf-8")
    path.chmod(0o600)


def accounts(path: Path, environ: dict[str, str]) -> tuple[ConfigAccountStore, Account]:
    found = resolve_settings({}, environ, path)
    return (
        ConfigAccountStore(
            path,
            found,
            Telemetry(0),
            read_only=False,
            cache_folder=None,
            state_folder=None,
            history=lambda _: None,
        ),
        build_config(found).account,
    )


async def test_an_account_is_saved_completely(path: Path) -> None:
    kept, _ = accounts(path, {})
    new = Account("42", "me", Secret(HIDDEN), "https://h.example")
    assert await kept.save(new) is None
    assert build_config(resolve_settings({}, {}, path)).account == new


@pytest.mark.parametrize("other", ["secret_command = 'echo old'", "client_secret_file = 's'"])
async def test_a_new_secret_replaces_its_other_sources(path: Path, other: str) -> None:
    write(path, other)
    write(path.parent / "s", "old")
    kept, known = accounts(path, {})
    assert known.client_secret == Secret("old")
    assert await kept.save(Account("42", "me", known.client_secret, known.api_url)) is None
    assert other.partition(" ")[0] in text_of(path)  # unchanged, it keeps its source
    assert "client_secret =" not in text_of(path)
    assert await kept.save(Account("42", "me", Secret(HIDDEN), known.api_url)) is None
    assert build_config(resolve_settings({}, {}, path)).account.client_secret == Secret(HIDDEN)
    assert other.partition(" ")[0] not in text_of(path)


async def test_a_secret_from_the_environment_is_not_saved(path: Path) -> None:
    kept, known = accounts(path, {"TRANSPARENT_CLIENT_SECRET": HIDDEN})
    assert kept.overridden_by("client_secret") == "$TRANSPARENT_CLIENT_SECRET"
    assert kept.overridden_by("company") == ""
    assert await kept.save(Account("42", "me", known.client_secret, known.api_url)) is None
    assert HIDDEN not in text_of(path)


async def test_the_reason_for_not_saving_is_reported(path: Path) -> None:
    kept, known = accounts(path, {})
    write(path.parent, "a file where the folder should be")
    assert "cannot be written" in (await kept.save(known) or "")


async def test_changing_the_company_keeps_the_rate_limit(path: Path) -> None:
    asked: list[str] = []

    def answer(request: Request) -> Response:
        asked.append(request.path)
        return Response(429, {"retry-after": "600"})

    kept, _ = accounts(path, {})
    async with http_server(answer) as server:
        me = Account("42", "me", Secret(HIDDEN), server.url)
        assert (await kept.try_login(me)).failure == Failure(FailureKind.LIMITED, 429, 600)
        watched = kept.open_api(replace(me, company="43"))
        for answered in ((await kept.try_login(me)).failure, await watched.orders()):
            assert isinstance(answered, Failure)
            assert answered.retry_after == pytest.approx(600, abs=60)
        assert len(asked) == 1
        await kept.try_login(replace(me, client_id="somebody else"))
        assert len(asked) == 2
        await watched.aclose()


VIEWS = """\
# top
refresh = 9  # slow

# about a
[views.a]  # here
# the filter
filter = "x"  # trailing

# about b
[views."b c"]
sort = "size"

[keys]
"app.help" = "f1"
"""
A, B = View("a", "x"), View("b c", sort=(SortKey("size"),))


def names(path: Path) -> list[str]:
    return [view.name for view in read_views(path)[0]]


def test_a_renamed_view_keeps_comments_and_the_order(path: Path) -> None:
    write(path, VIEWS)
    rename_view(path, "a", View("my view", "x"))
    renamed = VIEWS.replace("[views.a]", '[views."my view"]')
    assert text_of(path).replace("\n", "") == renamed.replace("\n", "")
    rename_view(path, "my view", A)
    assert text_of(path).replace("\n", "") == VIEWS.replace("\n", "")
    rename_view(path, "b c", View("z", sort=B.sort))
    assert names(path) == ["a", "z"]
    assert mode(path) == 0o600


def test_a_view_is_renamed_over_another(path: Path) -> None:
    write(path, VIEWS)
    rename_view(path, "a", View("b c", "x"))
    assert read_views(path)[0] == [View("b c", "x")]
    assert "# trailing" in text_of(path)
    assert '"app.help" = "f1"' in text_of(path)


def test_a_deleted_view_leaves_the_rest(path: Path) -> None:
    write(path, VIEWS)
    delete_view(path, "b c")
    assert names(path) == ["a"]
    delete_view(path, "unknown")
    delete_view(path, "a")
    assert names(path) == []
    assert text_of(path).startswith("# top\nrefresh = 9  # slow\n")
    assert '"app.help" = "f1"' in text_of(path)
    save_view(path, A)
    assert read_views(path) == ([A], [])


@pytest.mark.parametrize(
    "before",
    [
        'views.a.filter = "x"\nviews."b c".sort = "size"\n',
        '[views]\na = {filter = "x"}\n[views."b c"]\nsort = "size"\n',
        'views = {a = {filter = "x"}, "b c" = {sort = "size"}}\n',
        '[views.a]\nfilter = "x"\n[keys]\n[views."b c"]\nsort = "size"\n',
    ],
)
def test_views_in_any_notation_are_renamed_and_deleted(path: Path, before: str) -> None:
    write(path, before)
    assert read_views(path) == ([A, B], [])
    rename_view(path, "a", View('n "1"', "x"))
    assert read_views(path) == ([View('n "1"', "x"), B], [])
    delete_view(path, 'n "1"')
    assert read_views(path) == ([B], [])


def test_a_view_that_is_not_in_the_file_is_saved_under_its_new_name(path: Path) -> None:
    rename_view(path, "a", B)
    assert read_views(path) == ([B], [])
