"""Who acts, and where the journal is."""

import os
from pathlib import Path

import pytest
from msgspec.structs import replace

from tui.cli.acting import history_path, open_journal, who_acts
from tui.model.account import Account, Secret

ACCOUNT = Account("42", "me", Secret("s3cret"), "https://api.example")
HOST = os.uname().nodename


@pytest.mark.parametrize(
    ("environ", "user"),
    [
        ({"LOGNAME": "anna", "USER": "root"}, "anna"),
        ({"USER": "anna"}, "anna"),
        ({"LOGNAME": "an\x1b]0;na"}, "an\ufffd]0;na"),
    ],
)
def test_who_acts(environ: dict[str, str], user: str) -> None:
    assert who_acts(environ) == f"{user}@{HOST}"


def test_without_variables_the_user_is_looked_up() -> None:
    name, _, host = who_acts({}).partition("@")
    assert host == HOST
    assert name


def test_the_journal_is_in_the_file_of_the_history(tmp_path: Path) -> None:
    path = history_path(tmp_path, ACCOUNT)
    assert path is not None
    assert path.parent == tmp_path
    assert history_path(tmp_path, replace(ACCOUNT, company="43")) != path
    assert open_journal(tmp_path, ACCOUNT) is not None


def test_without_a_folder_or_an_account_there_is_no_journal(tmp_path: Path) -> None:
    assert open_journal(None, ACCOUNT) is None
    assert open_journal(tmp_path, replace(ACCOUNT, company="")) is None
