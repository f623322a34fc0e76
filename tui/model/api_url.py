"""Canonical API URLs and the paths below them.

A URL is accepted only if Python, httpx and any proxy read the same host from it, because
credentials go to that host.
"""

import ipaddress
import re
from urllib.parse import quote

from tui.sanitize import REPLACEMENT, sanitize

_AUTHORITY = re.compile(r"(\[[^\[\]]*\]|[^\[\]:]+)(?::([1-9][0-9]{0,4}))?")
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
# WHATWG URL: a host whose last label is a number is an IPv4 address, as in 127.1 or 0x7f000001.
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
_IPV6 = re.compile(r"[0-9a-f:.]+")
_PATH = re.compile(r"[A-Za-z0-9._~!$&'()*+,;=:/-]*")
_DEFAULT_PORTS = {"http": 80, "https": 443}
_MAX_HOST = 253

# Excluded: what a server, or a proxy that decodes twice, could read as a separator or the end of
# the path; dots only (a folder); the sanitiser's replacement character.
_SEGMENT = re.compile(rf"(?![. ]*\Z)[^/\\%?#\x00-\x1f\x7f{REPLACEMENT}]+")


def normalize_url(url: str) -> str:
    """Return the URL in canonical form: lower-case scheme and host, no default port, no trailing
    slash.

    Raises `ValueError` with the second half of a sentence (`must …`).
    """
    scheme, host, port, path = _parse(url)
    if scheme == "http" and not _is_loopback_host(host):
        raise ValueError(
            "must be https://; http:// is for this computer only, as in http://localhost"
        )
    host = f"[{host}]" if ":" in host else host
    return f"{scheme}://{host}{port}{path}"


def is_loopback(url: str) -> bool:
    """Return whether the URL's host is the loopback interface; False if it isn't a URL."""
    try:
        _, host, _, _ = _parse(url)
    except ValueError:
        return False
    return _is_loopback_host(host)


def _is_loopback_host(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def is_path_segment(text: str) -> bool:
    """Return whether every server and proxy reads `text` as exactly one segment of a path."""
    return _SEGMENT.fullmatch(text) is not None


def company_path(company: str, *parts: str) -> str:
    """Return the path of a company's resource.

    Raises `ValueError` if the company or a part isn't one segment of a path.
    """
    for part in (company, *parts):
        if not is_path_segment(part):
            raise ValueError(f"{sanitize(part, 60)!r} is not one part of a path")
    return "/".join(("/v1/media", *(quote(part, safe="") for part in (company, *parts))))


def _parse(url: str) -> tuple[str, str, str, str]:
    """Return the scheme, the host, the port with its colon unless it is the default, the path."""
    scheme, separator, rest = url.partition("://")
    scheme = scheme.lower()
    authority, slash, path = rest.partition("/")
    if scheme not in _DEFAULT_PORTS or not separator or not authority:
        raise ValueError("must be an address, as in https://api.example.com")
    if "?" in rest or "#" in rest:
        raise ValueError("must not contain ? or #")
    if "@" in rest:
        raise ValueError("must not contain a user or a password")
    found = _AUTHORITY.fullmatch(authority)
    if found is None:
        raise ValueError("must have a plain host name, and a port from 1 to 65535 if any")
    try:
        host = _canonical_host(found[1])
    except ValueError:
        raise ValueError("must have an unambiguous host name") from None
    port = int(found[2] or _DEFAULT_PORTS[scheme])
    if port > 65535:
        raise ValueError("must have a port from 1 to 65535")
    port_text = "" if port == _DEFAULT_PORTS[scheme] else f":{port}"
    return scheme, host, port_text, _canonical_path(slash + path)


def _canonical_host(host: str) -> str:
    """Return the host in lower case, without brackets. Raises `ValueError` if it is ambiguous."""
    if not host.isascii():
        return _international_host(host)
    host = host.lower()
    if host.startswith("["):
        if not _IPV6.fullmatch(host[1:-1]):
            raise ValueError("a zone id, which `ipaddress` would take")
        return ipaddress.IPv6Address(host[1:-1]).compressed
    labels = host.split(".")
    if len(host) > _MAX_HOST or not all(map(_LABEL.fullmatch, labels)):
        raise ValueError("a label that DNS can't have")
    if _NUMBER.fullmatch(labels[-1]):
        return str(ipaddress.IPv4Address(host))
    return _international_host(host) if "xn--" in host else host


def _international_host(host: str) -> str:
    """Return `host` if IDNA 2003 (Python's resolver) and IDNA 2008 (httpx) encode it to the same
    ASCII name, which decodes to `host` again. Raises `ValueError`, `idna.IDNAError` among them.
    """
    import idna  # noqa: PLC0415 - large tables, for rare hosts only

    name = idna.encode(host)
    spelled = idna.decode(name)
    if spelled.encode("idna") != name or host not in (spelled, name.decode()):
        raise ValueError("a host that is spelled in two ways")
    if sanitize(spelled) != spelled or REPLACEMENT in spelled:
        raise ValueError("a host that can't be shown as it is")
    return host


def _canonical_path(path: str) -> str:
    path = path.rstrip("/")
    if not _PATH.fullmatch(path):
        raise ValueError("must have a path of plain characters only")
    if any(not part.strip(".") for part in path.split("/")[1:]):
        raise ValueError("must not contain //, . or .. in its path")
    return path
