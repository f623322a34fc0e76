"""Accepted API URLs, companies and order ids; every library reads them the same way."""

import json
from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote, urlsplit

import httpx
import idna
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tui.api.auth import read_companies
from tui.api.transport import Transport
from tui.config.loader import resolve_settings
from tui.model.account import Account, Company, Secret
from tui.model.api_url import company_path, is_loopback, is_path_segment, normalize_url
from tui.model.events import ClockReading
from tui.model.order import is_id
from tui.rate_limit import RateLimiter
from tui.ui.dialogs.account_form import read_form

ACCEPTED = [
    ("https://api.example", "https://api.example"),
    ("https://api.example/", "https://api.example"),
    ("https://api.example//", "https://api.example"),
    ("HTTPS://API.Example", "https://api.example"),
    ("hTTps://api.example", "https://api.example"),
    ("https://api.example:443", "https://api.example"),
    ("https://api.example:443/v1/", "https://api.example/v1"),
    ("https://api.example:8443", "https://api.example:8443"),
    ("https://api.example:1", "https://api.example:1"),
    ("https://api.example:65535", "https://api.example:65535"),
    ("https://api.example:80", "https://api.example:80"),
    ("https://api.example/Base/v1.2", "https://api.example/Base/v1.2"),
    ("https://api.example/a..b/.c", "https://api.example/a..b/.c"),
    ("https://api_1.intern", "https://api_1.intern"),
    ("https://3.example", "https://3.example"),
    ("https://10.0.0.1", "https://10.0.0.1"),
    ("https://[2001:DB8::1]:8443/a", "https://[2001:db8::1]:8443/a"),
    ("https://[2001:0db8:0:0:0:0:0:1]", "https://[2001:db8::1]"),
    ("https://bücher.example", "https://bücher.example"),
    ("https://日本.example:8443/v1", "https://日本.example:8443/v1"),
    ("https://xn--bcher-kva.example", "https://xn--bcher-kva.example"),
    ("https://www.xn--bcher-kva.example", "https://www.xn--bcher-kva.example"),
    ("http://localhost", "http://localhost"),
    ("HTTP://LOCALHOST:80/", "http://localhost"),
    ("http://localhost:443", "http://localhost:443"),
    ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
    ("http://127.255.0.9", "http://127.255.0.9"),
    ("http://[::1]:8080", "http://[::1]:8080"),
    ("http://[0:0:0:0:0:0:0:1]", "http://[::1]"),
]

REFUSED = [
    ("", "must be an address"),
    ("api.example", "must be an address"),
    ("//api.example", "must be an address"),
    ("ftp://api.example", "must be an address"),
    ("http\u017f://api.example", "must be an address"),  # a long s, S in upper case
    (" https://api.example", "must be an address"),
    ("https:api.example", "must be an address"),
    ("https:/api.example", "must be an address"),
    ("https://", "must be an address"),
    ("https:///api.example", "must be an address"),
    ("http:///127.0.0.1", "must be an address"),
    ("https:\\\\api.example", "must be an address"),
    ("https://api.example?x=1", "must not contain ? or #"),
    ("https://api.example/?", "must not contain ? or #"),
    ("https://api.example#", "must not contain ? or #"),
    ("https://api.example/#a", "must not contain ? or #"),
    ("https://me@api.example", "must not contain a user"),
    ("https://me:pw@api.example", "must not contain a user"),
    ("https://@api.example", "must not contain a user"),
    ("https://:@api.example", "must not contain a user"),
    ("http://127.0.0.1@evil.example", "must not contain a user"),
    ("http://127.0.0.1/@evil.example", "must not contain a user"),
    ("https://api.example:", "must have a plain host name, and a port"),
    ("https://:443", "must have a plain host name, and a port"),
    ("https://api.example:0", "must have a plain host name, and a port"),
    ("https://api.example:0443", "must have a plain host name, and a port"),
    ("https://api.example:+443", "must have a plain host name, and a port"),
    ("https://api.example:-1", "must have a plain host name, and a port"),
    ("https://api.example:4_3", "must have a plain host name, and a port"),
    ("https://api.example:\u0664\u0664\u0663", "must have a plain host name, and a port"),
    ("https://api.example:443:443", "must have a plain host name, and a port"),
    ("https://api.example:65536", "must have a port"),
    ("https://api.example:99999", "must have a port"),
    ("http://[::1].evil.example", "must have a plain host name, and a port"),
    ("http://[::1]evil.example", "must have a plain host name, and a port"),
    ("http://evil.example[::1]", "must have a plain host name, and a port"),
    ("http://[::1", "must have a plain host name, and a port"),
    ("http://::1", "must have a plain host name, and a port"),
    ("http://[[::1]]", "must have a plain host name, and a port"),
    ("http://[]", "must have an unambiguous host name"),
    ("http://[127.0.0.1]", "must have an unambiguous host name"),
    ("http://[::1%25eth0]", "must have an unambiguous host name"),
    ("http://[::1%eth0]", "must have an unambiguous host name"),
    ("http://[v1.x]", "must have an unambiguous host name"),
    ("https://api.example\\.evil.example", "must have an unambiguous host name"),
    ("http://127.0.0.1\\evil.example", "must have an unambiguous host name"),
    ("https://api%2eexample", "must have an unambiguous host name"),
    ("http://%31%32%37.0.0.1", "must have an unambiguous host name"),
    ("https://api example", "must have an unambiguous host name"),
    ("https://api.example ", "must have an unambiguous host name"),
    ("https://api\t.example", "must have an unambiguous host name"),
    ("https://api\n.example", "must have an unambiguous host name"),
    ("https://api\x00.example", "must have an unambiguous host name"),
    ("https://api\x7f.example", "must have an unambiguous host name"),
    ("https://api\u200b.example", "must have an unambiguous host name"),
    ("https://api\u202e.example", "must have an unambiguous host name"),
    ("https://api\ud800.example", "must have an unambiguous host name"),
    ("https://api..example", "must have an unambiguous host name"),
    ("https://.api.example", "must have an unambiguous host name"),
    ("https://api.example.", "must have an unambiguous host name"),
    ("http://localhost.", "must have an unambiguous host name"),
    ("https://.", "must have an unambiguous host name"),
    ("https://-api.example", "must have an unambiguous host name"),
    ("https://api-.example", "must have an unambiguous host name"),
    ("https://api,example", "must have an unambiguous host name"),
    ("https://api;example", "must have an unambiguous host name"),
    ("https://" + "a" * 64 + ".example", "must have an unambiguous host name"),
    ("https://" + "a." * 127 + "example", "must have an unambiguous host name"),
    ("http://127.1", "must have an unambiguous host name"),
    ("http://0x7f.1", "must have an unambiguous host name"),
    ("http://0x7f000001", "must have an unambiguous host name"),
    ("http://2130706433", "must have an unambiguous host name"),
    ("http://017700000001", "must have an unambiguous host name"),
    ("http://127.0.0.01", "must have an unambiguous host name"),
    ("http://127.0.0.256", "must have an unambiguous host name"),
    ("https://1.2.3.4.5", "must have an unambiguous host name"),
    ("https://api.0x", "must have an unambiguous host name"),
    ("http://\u24dbocalhost", "must have an unambiguous host name"),  # a circled l
    ("http://loca\u017fhost", "must have an unambiguous host name"),
    ("https://loo\u212aup.example", "must have an unambiguous host name"),  # the sign for kelvin
    ("http://127\u30020\u30020\u30021", "must have an unambiguous host name"),
    ("https://api\uff0eexample", "must have an unambiguous host name"),
    ("https://api\uff61example", "must have an unambiguous host name"),
    ("https://\uff41pi.example", "must have an unambiguous host name"),
    ("http://\uff11\uff12\uff17.0.0.1", "must have an unambiguous host name"),
    ("https://api\uff0fexample", "must have an unambiguous host name"),
    ("https://B\u00dcCHER.example", "must have an unambiguous host name"),
    ("https://stra\u00dfe.example", "must have an unambiguous host name"),  # IDNA 2003: strasse
    ("https://xn--a.example", "must have an unambiguous host name"),
    ("https://xn--.example", "must have an unambiguous host name"),
    ("https://api.example/a b", "must have a path of plain characters"),
    ("https://api.example/a\\b", "must have a path of plain characters"),
    ("https://api.example/%2e%2e", "must have a path of plain characters"),
    ("https://api.example/\u00e9", "must have a path of plain characters"),
    ("https://api.example/a\n", "must have a path of plain characters"),
    ("https://api.example/.", "must not contain //"),
    ("https://api.example/..", "must not contain //"),
    ("https://api.example/a/../b", "must not contain //"),
    ("https://api.example/./a", "must not contain //"),
    ("https://api.example//a", "must not contain //"),
    ("http://api.example", "must be https://"),
    ("HTTP://api.example", "must be https://"),
    ("http://localhost.evil.example", "must be https://"),
    ("http://evil.localhost", "must be https://"),
    ("http://127.0.0.1.evil.example", "must be https://"),
    ("http://10.0.0.1", "must be https://"),
    ("http://0.0.0.0", "must be https://"),
    ("http://[::]", "must be https://"),
    ("http://[fe80::1]", "must be https://"),
]


@pytest.mark.parametrize(("url", "canonical"), ACCEPTED)
def test_an_address_has_one_form(url: str, canonical: str) -> None:
    assert normalize_url(url) == canonical
    assert normalize_url(canonical) == canonical
    assert_read_alike(canonical)
    assert is_loopback(url) == is_loopback(canonical)


@pytest.mark.parametrize(("url", "why"), REFUSED)
def test_an_address_that_can_be_misread_is_refused(url: str, why: str) -> None:
    with pytest.raises(ValueError, match="must ") as caught:
        normalize_url(url)
    assert why in str(caught.value)


def assert_read_alike(url: str) -> None:
    """httpx, which connects, and `urlsplit`, which shows the host, agree."""
    sent, shown = httpx.URL(url), urlsplit(url)
    host = shown.hostname or ""
    assert sent.raw_host.decode("ascii") == (host if host.isascii() else idna.encode(host).decode())
    assert (sent.scheme, sent.port) == (shown.scheme, shown.port)
    assert sent.path.rstrip("/") == shown.path
    assert (sent.userinfo, sent.query, sent.fragment) == (b"", b"", "")


PIECES = (
    *("http", "https", "HTTPS", "://", ":", "/", "//", "\\", "@", "[", "]", "::1", "%2e", "."),
    *("localhost", "127", ".0.0.1", "0x7f", "xn--", "api", "443", "65536", "\u3002", "\uff0e"),
    *("bücher", "ß", "日本", "?", "#", " ", "\t", "\u200d", "-", "_", ";"),
)
pieces = st.sampled_from(PIECES) | st.text(max_size=3)
hosts = st.lists(pieces, max_size=5).map("".join)


@given(st.sampled_from(["https://", "http://", "HTTPS://", ""]), hosts, hosts)
@example("https://", "xn--a-ecp.ru", "")
@example("https://", "\u0627\u0644\u0623.example", "")
def test_what_is_accepted_is_read_alike(scheme: str, host: str, path: str) -> None:
    for url in (scheme + host, f"{scheme}{host}/{path}"):
        try:
            canonical = normalize_url(url)
        except ValueError:
            assert not is_loopback(url) or url.lower().startswith("https://")
            continue
        assert normalize_url(canonical) == canonical
        assert_read_alike(canonical)
        assert canonical.startswith("https://") or is_loopback(canonical)


@pytest.mark.parametrize("url", ["http://[::1].evil.example", "http://localhost@evil.example"])
def test_no_other_host_passes_for_loopback(url: str) -> None:
    assert not is_loopback(url)


@pytest.mark.parametrize("url", ["HTTPS://Api.Example:443/v1/", "https://api.example/v1"])
def test_settings_and_the_account_screen_store_the_canonical_form(url: str, tmp_path: Path) -> None:
    found = resolve_settings({"api_url": url}, {}, tmp_path / "none")
    assert found["api_url"].value == "https://api.example/v1"
    known = Account("42", "me", Secret("s"), "https://api.example/v1")
    typed = {"api_url": url, "client_id": "me", "client_secret": "", "company": "42"}
    assert read_form(typed, known) == (known, {})  # the same host: the secret is kept


@pytest.mark.parametrize("url", ["HTTPS://127.0.0.1", "Https://API.example"])
async def test_a_scheme_in_capitals_is_checked_for_its_certificate(url: str) -> None:
    transport = Transport(
        url, 1.0, None, lambda: ClockReading(0, 0), RateLimiter(lambda: 0.0), lambda _: None
    )
    opened = transport._pool._client
    assert isinstance(opened, httpx.AsyncClient)
    context = opened._transport._pool._ssl_context  # type: ignore[attr-defined] # no public way
    assert context.check_hostname
    await opened.aclose()


SEGMENTS = ["42", "1631092552-1237", "a b", "é界", "..a", "a..", ".a", "-", "_", "a=b;c", "a:b@c"]
NO_SEGMENTS = [
    *("", ".", "..", "...", " ", ". .", " ..", "/", "a/b", "../b", "\\", "a\\b", "..\\b"),
    *("%2e%2e", "%2E", "%2f", "a%2fb", "%252e%252e", "%", "100%", "?", "a?b", "#", "a#b"),
    *("\x00", "a\nb", "a\tb", "a\rb", "\x1b[2J", "\x7f"),
]


@pytest.mark.parametrize("text", SEGMENTS)
def test_a_part_of_a_path_stays_one(text: str) -> None:
    assert is_path_segment(text)
    path = company_path(text, "transcode", text)
    assert [unquote(part) for part in path.split("/")[3:]] == [text, "transcode", text]
    assert httpx.URL(f"https://h{path}/").raw_path.decode() == f"{path}/"


@pytest.mark.parametrize("text", NO_SEGMENTS)
def test_what_could_lead_elsewhere_is_no_part_of_a_path(text: str) -> None:
    assert not is_path_segment(text)
    assert not is_id(text)
    for parts in ((text,), (text, "transcode"), ("42", "transcode", text)):
        with pytest.raises(ValueError, match="not one part of a path"):
            company_path(*parts)


@pytest.mark.parametrize("text", [each for each in NO_SEGMENTS if each.strip()])
def test_such_a_company_is_refused_and_never_offered(text: str, tmp_path: Path) -> None:
    problem = resolve_settings({"company": text}, {}, tmp_path / "none")["company"].problem
    assert problem is not None
    assert problem.startswith("--company: must ")
    assert text not in problem or text in {".", "/", "\\", "%", "?", "#"}
    typed = {"api_url": "https://h.example", "client_id": "me", "client_secret": "s"}
    account, problems = read_form({**typed, "company": text}, Account("", "", Secret(""), ""))
    assert (account.company, list(problems)) == ("", ["company"])
    body = json.dumps({"companies": [{"id": text, "name": "x"}, {"id": "42", "name": text}, text]})
    assert [company.id for company in read_companies(body.encode())] == ["42"]


def test_an_ordinary_company_is_offered() -> None:
    assert read_companies(b'{"companies": [7, "8", {"id": 9, "name": "Nine"}]}') == (
        Company("7"),
        Company("8"),
        Company("9", "Nine"),
    )


@pytest.mark.parametrize(
    "change",
    [str.upper, lambda text: text * 50, lambda text: text + "\u202e", lambda text: text + "\u200b"],
)
def test_an_id_is_exactly_what_it_looks_like(change: Callable[[str], str]) -> None:
    assert is_id("é12-34")
    assert is_id("1631092552-1237")
    changed = change("é12-34")
    assert is_id(changed) is (changed == "É12-34")
