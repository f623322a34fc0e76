"""Every call of the API, as one client answers them. Pure."""

from typing import Protocol

from tui.model.actions import Actions
from tui.model.ports import Api
from tui.model.profiles import CompanyApi


class ServerApi(Api, Actions, CompanyApi, Protocol):
    """The reads and the writes of one company on one server."""
