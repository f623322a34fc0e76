"""What is being watched."""

from urllib.parse import urlsplit

import msgspec

from tui.model.account import Account
from tui.model.api_url import company_path
from tui.sanitize import sanitize


class Session(msgspec.Struct, frozen=True):
    """What is being watched. `host` and `company` have passed the sanitiser; `orders_url` is
    where the API has the orders, if that is known, `order_url` the template of a page for one.
    """

    company: str
    host: str
    demo: bool = False
    read_only: bool = False
    orders_url: str = ""
    order_url: str = ""

    def for_account(self, account: Account) -> "Session":
        """The same for another account."""
        host = sanitize(urlsplit(account.api_url).hostname or "", 80)
        # The demo's port is not known before its server is there.
        url = (
            ""
            if self.demo or not account.company
            else account.api_url.rstrip("/") + company_path(account.company, "transcode")
        )
        company = sanitize(account.company, 40)
        return msgspec.structs.replace(self, company=company, host=host, orders_url=url)
