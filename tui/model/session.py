"""What is being watched: a company on a host."""

from urllib.parse import urlsplit

from msgspec import Struct, structs

from tui.model.account import Account
from tui.model.api_url import company_path
from tui.sanitize import sanitize


class Session(Struct, frozen=True):
    """The account as the screens show it. `company` and `host` are sanitised. `orders_url` is the
    address of the orders in the API, empty if unknown; `order_url` the template of a web page.
    """

    company: str
    host: str
    demo: bool = False
    read_only: bool = False
    orders_url: str = ""
    order_url: str = ""

    def for_account(self, account: Account) -> "Session":
        """Return the session with another account's company and host."""
        orders_url = ""
        if account.company and not self.demo:  # the demo's port is unknown until its server runs
            orders_url = account.api_url.rstrip("/") + company_path(account.company, "transcode")
        return structs.replace(
            self,
            company=sanitize(account.company, 40),
            host=sanitize(urlsplit(account.api_url).hostname or "", 80),
            orders_url=orders_url,
        )
