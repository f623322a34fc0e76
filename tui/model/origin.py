"""Which servers may be spoken to: https anywhere, plain http on loopback alone; and where on
them what belongs to a company is.
"""

import ipaddress
from urllib.parse import quote, urlsplit


def media_path(company: str, *parts: str) -> str:
    """The path of what a company has; whatever is in the parts, it is one path of as many."""
    return "/".join(("/v1/media", *(quote(part, safe="") for part in (company, *parts))))


def is_loopback(url: str) -> bool:
    """True when the URL's host is this machine's loopback."""
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return False
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def problem_with(url: str) -> str | None:
    """Why `url` cannot be the API's address, as the end of a sentence; None when it can."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port  # a port that is no number raises here
    except ValueError:
        return "is not a URL"
    if parts.scheme not in ("http", "https") or not host:
        return "must begin with https:// and name a host"
    if parts.username is not None or parts.password is not None:
        return "must not hold a user or a password"
    if parts.query or parts.fragment:
        return "must not hold a query or a fragment"
    if parts.scheme == "http" and not is_loopback(url):
        return "must be https:// (plain http is for loopback alone)"
    return None


def normalize_url(url: str) -> str:
    if problem := problem_with(url):
        raise ValueError(problem)
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.lower()}{parts.path}".rstrip("/")
