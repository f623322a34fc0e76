"""The form of an account: its labels and texts, and how it is read. Pure."""

from collections.abc import Mapping, Sequence

import msgspec

from tui.config.settings import SETTINGS
from tui.model.account import Account

LABELS = {
    "api_url": "API URL",
    "client_id": "client id",
    "client_secret": "secret",
    "company": "company",
}
"""The labels of the fields by their setting, from top to bottom."""

_SETTINGS = {setting.key: setting for setting in SETTINGS}


def read_form(texts: Mapping[str, str], known: Account) -> tuple[Account, dict[str, str]]:
    """Return the account in `texts`, and the problems by field.

    An empty secret means the known one, which is never shown, but only for the same host. The
    company may be empty, because the login may return it.
    """
    account = known
    problems: dict[str, str] = {}
    for key in LABELS:
        text = texts[key].strip()
        if not text and key == "client_secret" and known.client_secret:
            if account.api_url != known.api_url:
                problems[key] = "required again for another host"
        elif not text and key != "company":
            problems[key] = "required"
        else:
            try:
                value = _SETTINGS[key].parse(text) if text else ""
                account = msgspec.structs.replace(account, **{key: value})
            except ValueError as error:
                problems[key] = str(error)
    return account, problems


def field_hints(known: Account, overridden_by: Mapping[str, str]) -> dict[str, str]:
    """The hint below each field. `overridden_by` has the origins that outrank the config file."""
    hints = dict.fromkeys(LABELS, "") | {"company": "optional if your login lists companies"}
    if known.client_secret:
        hints |= {"client_secret": "leave blank to keep"}
    for key, origin in overridden_by.items():
        if origin:
            hints[key] = f"overridden by {origin} at the next start"
    return hints


def outdated(changed: str) -> tuple[str, ...]:
    """Return the fields whose problem is out of date when the field `changed` has changed: the
    server rejects an id and a secret together, and a known secret is for one server only.
    """
    if changed in ("api_url", "client_id"):
        return (changed, "client_secret")
    return (changed,)


def other_ways(config_path: str, *, is_new: bool) -> Sequence[str]:
    """Return sentences on where the account is saved (`config_path`, empty if nowhere), and on
    what a new user can do instead.
    """
    variables = [_SETTINGS[key].variables[0] for key in LABELS if key != "api_url"]
    names = ", ".join(f"${name}" for name in variables)
    texts = [
        f"Saved to {config_path} (mode 600) after a successful login."
        if config_path
        else "Not saved: there is no home folder.",
        f"Or set {names}, or secret_command in the config file.",
    ]
    if is_new:
        texts.append("No account? transcode-tui --demo shows a simulated company.")
    return texts
