"""What is typed on the setup screen, read. Pure."""

from collections.abc import Mapping

import msgspec

from tui import config
from tui.model.account import Account

LABELS = {
    "api_url": "host",
    "client_id": "client id",
    "client_secret": "secret",
    "company": "company",
}
"""The fields by their keys, from top to bottom."""

_SETTINGS = {setting.key: setting for setting in config.SETTINGS}


def read_form(typed: Mapping[str, str], known: Account) -> tuple[Account, dict[str, str]]:
    """The account that was typed, and what is wrong with it by key.

    A secret that was left empty is the one that is known, for it is never shown; but only for
    the host that it was given for. The company may be left empty: a login may tell it.
    """
    account = known
    problems: dict[str, str] = {}
    for key in LABELS:
        text = typed[key].strip()
        if not text and key == "client_secret" and known.client_secret:
            if account.api_url != known.api_url:
                problems[key] = "is needed again for another host"
            continue
        if not text and key == "company":
            account = msgspec.structs.replace(account, company="")
        elif not text:
            problems[key] = "is needed"
        else:
            try:
                account = msgspec.structs.replace(account, **{key: _SETTINGS[key].parse(text)})
            except ValueError as error:
                problems[key] = str(error)
    return account, problems


def hints(known: Account, origins: Mapping[str, str]) -> dict[str, str]:
    """What is said under each field as long as nothing is wrong with it."""
    said = dict.fromkeys(LABELS, "")
    said["company"] = "may be empty where the login tells it"
    if known.client_secret:
        said |= {"client_secret": "left empty, it stays as it is"}
    for key, origin in origins.items():
        if origin:
            said[key] = f"{origin} sets it at the next start, whatever is saved here"
    return said


def environment() -> str:
    """The variables that serve instead."""
    names = [_SETTINGS[key].variables[0] for key in LABELS if key != "api_url"]
    return ", ".join(f"${name}" for name in names)
