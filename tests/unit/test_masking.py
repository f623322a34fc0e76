"""Credentials in free text, in URLs and in JSON: what is masked, and what an operator still reads.

`…` in the expected texts of a table stands for the dots of the masker.
"""

import json
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.examples import thorough
from tui.api.raw_json import MAX_CHARS, redacted_json
from tui.masking import DOTS, mask_credentials
from tui.sanitize import sanitize_line, sanitize_text, sanitize_url
from tui.secret_patterns import is_secret_name

USER_INFO = [
    ("ftp://u:my secret@h", "ftp://u:…@h"),
    ("ftp://u: secret@h", "ftp://u:…@h"),
    ("ftp://u:my very\nlong\tsecret@h/x", "ftp://u:…@h/x"),
    ("ftp://u:12 34@h", "ftp://u:…@h"),
    ("ftp://u:21/a b@h", "ftp://u:…@h"),
    ("ftp://u:a@b c@h", "ftp://u:…@h"),
    ("FTP://U:my secret@H", "FTP://U:…@H"),
    ("ftp://me@corp.com:my secret@ftp.h/a", "ftp://me@corp.com:…@ftp.h/a"),
    ("ftp://[::1]:my secret@h", "ftp://[::1]:…@h"),
    ("ftp://:my secret@h", "ftp://:…@h"),
    ("ftp://u:one two@h or sftp://b:three four@h2/y", "ftp://u:…@h2/y"),
    ("failed: ftp://u:my secret@h/x.mp4 (530)", "failed: ftp://u:…@h/x.mp4 (530)"),
    ("https://u:my secret@h", "https://u:…@h"),
    ("sftp://u:my%20secret@h", "sftp://u:…@h"),
    ("sftp%3A%2F%2Fu%3Amy%20secret%40h/x", "sftp://u:…@h/x"),
    ("sftp://u%3Amy secret%40h", "sftp://u:…@h"),
    ("u:secret@h and 12:30 a@b", "u:…@h and 12:30 a@b"),
    ("https://ghp_16C7e42F@host/a", "https://…@host/a"),
    ("https://token@host", "https://…@host"),
    ("HTTP://token@host/a@b", "HTTP://…@host/a@b"),
    ("see https://one@h/a, https://two@h/b", "see https://…@h/a, https://…@h/b"),
    ("git+https://token@host/a.git", "git+https://…@host/a.git"),
    ("https://token:@host", "https://…:…@host"),
    ("https://token:x-oauth-basic@host", "https://…:…@host"),
    ("https://token@[::1]/a", "https://…@[::1]/a"),
    ("https://token@host:8443/a", "https://…@host:8443/a"),
    ("https%3A%2F%2Ftoken%40host/a", "https://…@host/a"),
]
HEADERS = [
    ("Authorization: Basic abc==", "Authorization: …"),
    ("authorization: bearer abc", "authorization: …"),
    ("AUTHORIZATION:abc", "AUTHORIZATION:…"),
    ("authorization=abc", "authorization=…"),
    ("Authorization = Basic abc==", "Authorization = …"),
    ("Proxy-Authorization: Basic abc==", "Proxy-Authorization: …"),
    ("Authorization: Basic abc== failed with 401", "Authorization: … failed with 401"),
    ("Authorization: Token abc, then 401", "Authorization: …, then 401"),
    ('Authorization: Digest username="a b", uri="/x", response="c" ok', "Authorization: … ok"),
    ("Authorization: AWS4-HMAC-SHA256 Credential=a/b, Signature=cd", "Authorization: …"),
    ('curl -H "Authorization: Basic abc==" https://h', 'curl -H "Authorization: …" https://h'),
    ("curl -H 'Authorization: Bearer abc' https://h", "curl -H 'Authorization: …' https://h"),
    ('{"Authorization": "Basic abc=="}', '{"Authorization": "…"}'),
    ("Authorization%3A%20Basic%20abc%3D%3D", "Authorization: …"),
    ("Authorization:+Basic+abc%3D%3D no", "Authorization:… no"),
    ("X-Api-Key: abc rejected", "X-Api-Key: … rejected"),
    ("x-api-key=abc", "x-api-key=…"),
    ("X-Auth-Token: abc", "X-Auth-Token: …"),
    ("Cookie: a=b; c=d e", "Cookie: …"),
    ("Set-Cookie: sid=a; Expires=Wed, 21 Oct 2026; b=c", "Set-Cookie: …"),
    ("Cookie: a=b; c=d\nHost: h", "Cookie: …\nHost: h"),
    ("callback: Bearer abc.def-ghi, 401", "callback: Bearer …, 401"),
    ("bearer abc", "bearer …"),
    ("BEARER\tabc=1", "BEARER\t…"),
    ("Bearer token abc123 rejected", "Bearer token … rejected"),
    ("Bearer%20abc", "Bearer …"),
    ("Bearer+abc=", "Bearer+…"),
    ("Basic xyz==", "Basic …"),
    ("sent basic YTpi= to h", "sent basic … to h"),
    ("Basic dXNlcjpwYXNzd29yZA", "Basic …"),
    ("Basic+dXNlcjpwYXNz%3D", "Basic+…"),
]
ASSIGNMENTS = [
    ("password=abc", "password=…"),
    ("PASSWORD=abc", "PASSWORD=…"),
    ("pAsSwOrD: abc", "pAsSwOrD: …"),
    ("password: abc def", "password: … def"),
    ("password : abc", "password : …"),
    ("password =\n abc", "password =\n …"),
    ('password="my secret" ok', 'password="…" ok'),
    ("password='my secret' ok", "password='…' ok"),
    ("password: `my secret` ok", "password: `…` ok"),
    ("clave: «mi secreto» ok", "clave: «…» ok"),
    ("clave: “mi secreto” ok", "clave: “…” ok"),
    ('password="a"b c" ok', 'password="…" ok'),
    ('password="never closed, token', 'password="…'),
    ("password=abc, retry", "password=…, retry"),
    ("password=abc; retry", "password=…; retry"),
    ("password=abc&x=1", "password=…&x=1"),
    ("user=me&password=abc&x=1", "user=me&password=…&x=1"),
    ("(password=abc) failed", "(password=…) failed"),
    ("wrong password: abc.", "wrong password: …."),
    ("--password=abc -y", "--password=… -y"),
    ("spring.datasource.password=abc", "spring.datasource.password=…"),
    ("user[password]=abc", "user[password]=…"),
    ("passwd=abc passphrase: abc passcode=1", "passwd=… passphrase: … passcode=…"),
    ("pwd=abc pw=abc pass=abc", "pwd=… pw=… pass=…"),
    ("pass: abc", "pass: …"),
    ("ftp_pass=abc user-pw: abc", "ftp_pass=… user-pw: …"),
    ("token=abc access_token: abc", "token=… access_token: …"),
    ("token: [a b, c] ok", "token: … ok"),
    ("secret=abc client_secret=abc", "secret=… client_secret=…"),
    ("clientSecret=abc apiKey=abc", "clientSecret=… apiKey=…"),
    ("api_key=abc api-key: abc apikey=abc", "api_key=… api-key: … apikey=…"),
    ("API key: abc", "API key: …"),
    ("sig=abc signature: abc", "sig=… signature: …"),
    ("key=abc stream_key=abc", "key=… stream_key=…"),
    ("auth=abc sid=abc session_id=abc JSESSIONID=a", "auth=… sid=… session_id=… JSESSIONID=…"),
    ("hmac=abc jwt=abc", "hmac=… jwt=…"),
    ("clave: abc Clave=abc", "clave: … Clave=…"),
    ("contraseña=abc CONTRASEÑA: abc", "contraseña=… CONTRASEÑA: …"),
    ("contrasen\u0303a=abc", "contrasen\u0303a=…"),
    ("contrasena: abc", "contrasena: …"),
    ("contrase%C3%B1a=abc", "contraseña=…"),
    ("contrase%25C3%25B1a=abc", "contraseña=…"),
    ("contrasen%CC%83a=abc", "contrasen\u0303a=…"),
    ("firma=abc firma digital; firma_hls: abc", "firma=… firma digital; firma_hls: …"),
    ("%70assword=abc", "password=…"),
    ("%2570assword=abc", "password=…"),
    ("%252570assword=abc", "password=…"),
    ("password%3Dmy%20secret ok", "password=… ok"),
    ("password=my+secret ok", "password=… ok"),
    ("password%3A+my+secret ok", "password:… ok"),
]
PARAMETERS = [
    ("https://h/?code=abc&state=x", "https://h/?code=…&state=x"),
    ("https://h/?x=1&st=abc#top", "https://h/?x=1&st=…#top"),
    ("https://h/#code=abc", "https://h/#code=…"),
    ("https://h/a;st=abc", "https://h/a;st=…"),
    ("a=1;code=abc;x", "a=1;code=…"),
    ("https://h/?CODE=abc&ST=abc", "https://h/?CODE=…&ST=…"),
    ("https://h/?pw=abc&pass=abc&x=1", "https://h/?pw=…&pass=…&x=1"),
    ("https://h/?clave=abc&firma=abc", "https://h/?clave=…&firma=…"),
    ("https://h/?contrase%C3%B1a=abc", "https://h/?contraseña=…"),
    ("https://h/?md5=abc&expires=1", "https://h/?md5=…&expires=1"),
    (
        "https://h/?Policy=a&Signature=b&Key-Pair-Id=K",
        "https://h/?Policy=…&Signature=…&Key-Pair-Id=K",
    ),
    ("https://h/?sv=2020&st=a%3Ab&sig=c%3D", "https://h/?sv=2020&st=…&sig=…"),
    ("https://h/?token=a,b;c&x=1", "https://h/?token=…&x=1"),
    ('https://h/?token="a b";c&x=1', "https://h/?token=…&x=1"),
    ("https://h/?token=abc https://h/?x=1", "https://h/?token=… https://h/?x=1"),
    ("https://h/?d=%7B%22password%22%3A%22a%20b%22%7D", 'https://h/?d={"password":"…"}'),
]
PATHS = [
    ("https://h/hdntl=exp=1~acl=/*~hmac=abcdef/a.m3u8", "https://h/hdntl=…/a.m3u8"),
    ("/hdntl=exp=1~acl=/*~hmac=abcdef/", "/hdntl=…/"),
    ("https://h/hdnts=exp=1~acl=/a/b/*~data=x~hmac=ab/c.ts?x=1", "https://h/hdnts=…/c.ts?x=1"),
    ("https://h/hdnts=acl=/a/*~exp=1~hmac=ab/c.ts", "https://h/hdnts=…/c.ts"),
    ("https://h/a?hdnea=st=1~exp=2~acl=/*~hmac=ab&x=1", "https://h/a?hdnea=…&x=1"),
    ("hdnea=exp=1~acl=/*~hmac=ab failed", "hdnea=… failed"),
    ("https://h/st=1~exp=2~acl=/*~hmac=ab/c.ts", "https://h/st=…/c.ts"),
    ("https://h/exp=2~acl=x~hmac=ab/c.ts", "https://h/exp=2~acl=x~hmac=…/c.ts"),
    ("https://h/token=abc/file.mp4", "https://h/token=…/file.mp4"),
    ("https://h/access_token=abc/file.mp4 gone", "https://h/access_token=…/file.mp4 gone"),
    ("https://h/sig=abc/file.mp4", "https://h/sig=…/file.mp4"),
    ("https://h/a/password=ab/cd", "https://h/a/password=…"),
    ("https://h/%68dntl=exp=1~hmac=ab/c", "https://h/hdntl=…/c"),
    ("https://h/hdntl%3Dexp%3D1~hmac%3Dab/c", "https://h/hdntl=…/c"),
]
JSON_TEXTS = [
    ('failed: {"password": "my secret"}', 'failed: {"password": "…"}'),
    ('{"a": 1, "token": 123, "b": 2}', '{"a": 1, "token": …, "b": 2}'),
    ('{"token": ["a b", "c"], "b": 2} x', '{"token": … x'),
    ('{"auth": {"u": "x", "p": "y z"}} x', '{"auth": … x'),
    ('{"password": "a \\" b", "c": 1}', '{"password": "…", "c": 1}'),
    (r'"{\"password\": \"x y\"}"', r'"{\"password\": \"…\"}"'),
    (r'"{\\\"password\\\": \\\"x y\\\"}"', r'"{\\\"password\\\": \\\"…\\\"}"'),
    (r'"{\"password\": \"x \\\" y\", \"a\": 1}"', r'"{\"password\": \"…\", \"a\": 1}"'),
    ("{'password': 'my secret'}", "{'password': '…'}"),
    ('{"contraseña": "my secret"}', '{"contraseña": "…"}'),
    ('{"password": "my sec', '{"password": "…'),
    ('{"name": "password", "value": "a b"}', '{"name": "password", "value": "…"}'),
    ('{"value": "a b", "name": "password"}', '{"value": "…", "name": "password"}'),
    ('{"Name": "X-Token", "Value": "a b"}', '{"Name": "X-Token", "Value": "…"}'),
    ('{"header":"Cookie","x":1,"value":"a b"}', '{"header":"Cookie","x":1,"value":"…"}'),
    (r"{\"name\": \"pw\", \"value\": \"a b\"}", r"{\"name\": \"pw\", \"value\": \"…\"}"),
    (
        '[{"name": "pw", "value": "a"}, {"name": "lang", "value": "es"}]',
        '[{"name": "pw", "value": "…"}, {"name": "lang", "value": "es"}]',
    ),
    ('{"name": "lang", "value": "es"}', '{"name": "lang", "value": "es"}'),
]
HARMLESS = [
    "",
    "1631092552-1237",
    "PROCESSING",
    "error code=404",
    "error code: 12",
    "HTTP 503; code = 503, retry in 30 s",
    "status=5, first=2, state: done",
    "postcode=28001 barcode: 4006381333931",
    "25 fps, keyint=250, a=b@c",
    "keyint=250 min-keyint=25 keyframes=3",
    "signal: 9 (SIGKILL), design=flat, assigned: 3",
    "pass 1 of 2, 2-pass, passes=2",
    "2-pass: 50 %, two-pass=1, bypass=1",
    "first pass: done, second pass: failed at 63 %",
    "12:30 correo@host.es",
    "[libx264 @ 0x55d] error code=-22",
    "[libx264 @ 0x55d0] frame I:12 Avg QP:20.50 size: 31457",
    "[mov,mp4,m4a @ 0x7f] moov atom not found",
    "[https @ 0x5581] HTTP error 403 Forbidden",
    "frame= 250 fps= 25 q=28.0 size=    1024kB time=00:00:10.00 bitrate= 838.9kbits/s speed=1x",
    "x264 [info]: cabac=1 ref=3 deblock=1:0:0 me=hex rc=crf crf=23.0",
    "Stream #0:0(eng): Video: h264 (High), yuv420p, 1920x1080 [SAR 1:1 DAR 16:9], 25 fps",
    "Error opening input: Connection timed out (110)",
    "Unable to open https://host.es:8443/a/b.mp4: 404 Not Found",
    "see https://host:8443, then http://[::1]:80/x.",
    "ftp.tuservidor.com:21 refused: 530 Login incorrect.",
    "ftp://user@host/a",
    "sftp://ingesta.example.net:2222/entrada",
    "s3://bucket@eu-west-1/key.mp4",
    "https://host/a@b",
    "https://host/a/file_720p@25.mp4?x=1&y=2",
    "user@host:/path",
    "Order 163104952-11567 finished",
    "duplicado%20%28borrar%29.mp4",
    "100 % of <https://host/a?b=c%20d>",
    "C:\\vídeos\\prueba: 1.mp4",
    "/media/cliente/2021-09-06T10:20:30Z/otro vídeo (1).mp4",
    "token expired at 12:30, access denied",
    'password authentication failed for user "ana"',
    "401 Unauthorized: invalid credentials",
    "auth: failed, authentication: rejected by host",
    'WWW-Authenticate: Bearer realm="api", error="invalid_token"',
    'WWW-Authenticate: Basic realm="ftp"',
    "Basic settings for Basic Authentication, Basic HLS 720p",
    "Bearer token expired, bearer authentication required.",
    "author: Ana, director=Luis",
    "md5=d41d8cd98f00b204e9800998ecf8427e",
    "sessions=3 tries=2 retry: 5",
    "secretaria: Ana",
    "clave incorrecta para ana, contraseña caducada",
    "palabras clave: deporte, fútbol",
    "fotogramas clave: 250, enclave: sí",
    "confirma: sí, confirmado=1, firmware=2.1",
    "No se pudo abrir el fichero: permiso denegado (código=13)",
    "La codificación falló: códec no soportado: hevc",
    "prioridad: alta; perfil=HLS 1080p",
    "https://host/cb?status=ok&postcode=1&barcode=2&keyint=3&signal=4",
    "https://host/author=ana/first=1/a.mp4",
    "+34 600 123 456, ext: 12",
    'failed: {"status": "error", "code": 404, "first": "a b"}',
]


def cases(*tables: list[tuple[str, str]]) -> list[tuple[str, str]]:
    return [(text, shown.replace("…", DOTS)) for table in tables for text, shown in table]


@pytest.mark.parametrize(
    ("text", "shown"),
    cases(USER_INFO, HEADERS, ASSIGNMENTS, PARAMETERS, PATHS, JSON_TEXTS),
)
def test_masking(text: str, shown: str) -> None:
    assert mask_credentials(text) == shown
    assert mask_credentials(shown) == shown


@pytest.mark.parametrize("text", HARMLESS)
def test_masking_keeps_harmless_text(text: str) -> None:
    assert mask_credentials(text) == text


READABLE_JSON = [
    '{"status":"error","code":"ERR_404_NOT_FOUND","error":{"code":"not_found","st":"running"}}',
    '{"code":404,"exit":{"code":"-1094995529"},"hresult":{"code":"0x80070005"}}',
    '{"code":"connection timed out after 10s","st":"2021-09-06","a":{"code":"E1001234.2"}}',
    '{"postcode":"28001","barcode":"4006381333931a","keyint":250,"signal":"SIGKILL9a"}',
    '{"bypass":true,"first":"a","design":"b","author":"Ana","confirma":"c"}',
    '{"key":"language","value":"es"}',
    '{"name":"HLS","value":{"name":"x","value":"b"}}',
    '{"name":"password","a":[{"value":"b"}],"b":{"value":"c"}}',
    '{"name":"password","value":null}',
]
SECRET_JSON = [
    '{"name":"password","value":"SECRET"}',
    '{"value":"SECRET","name":"password"}',
    '{"key":"api_key","value":SECRET}',
    '{"Name":"clave","x":1,"Value":SECRET}',
    '{"value":SECRET,"a":{"b":[1]},"header":"Cookie"}',
    '{"header":"X-Api-Key","value":SECRET}',
    '[{"name":"pw","value":SECRET},{"name":"x","value":"b"}]',
    '{"clave":SECRET,"firma":SECRET,"pw":SECRET,"passwd":SECRET,"pass":SECRET}',
    '{"contraseña":SECRET,"contrasen\u0303a":SECRET,"contrasena":SECRET}',
    '{"contrase%C3%B1a":SECRET,"%2570assword":SECRET}',
    '{"Cookie":SECRET,"Set-Cookie":SECRET,"Proxy-Authorization":SECRET}',
    '{"apiKey":SECRET,"upload_pw":SECRET,"ftpPass":SECRET,"X-Sig":SECRET}',
]


@pytest.mark.parametrize("sent", READABLE_JSON)
def test_raw_json_keeps_harmless_values(sent: str) -> None:
    assert redacted_json(sent) == (sent, 0)


@pytest.mark.parametrize(
    "secret", ['"QZQ"', "12345", '["QZQ",{"a":[1,"b c"]}]', '{"a":{"b":"c d"}}']
)
@pytest.mark.parametrize("sent", SECRET_JSON)
def test_raw_json_hides_the_value_of_a_secret_name(sent: str, secret: str) -> None:
    sent = sent.replace('"SECRET"', "SECRET")
    assert redacted_json(sent.replace("SECRET", secret)) == (sent.replace("SECRET", f'"{DOTS}"'), 0)


@pytest.mark.parametrize("code", ["SplxlOBeZQQYbYS6WxSbIA", "9f86d081884c7d65", "4/0AX4XfWh-b2k"])
def test_raw_json_hides_an_authorization_code(code: str) -> None:
    for name in ("code", "st", "CODE"):
        assert redacted_json(f'{{"{name}":"{code}"}}') == (f'{{"{name}":"{DOTS}"}}', 0)


def test_raw_json_hides_a_value_whose_name_is_cut_off() -> None:
    sent = {"value": "QZQ", "a": ["x" * 1000] * (MAX_CHARS // 900), "name": "password"}
    kept, left_out = redacted_json(json.dumps(sent))
    assert left_out > 0
    assert "QZQ" not in kept


def test_a_cut_does_not_hide_an_at_sign_behind_blanks() -> None:
    text = "ftp://user:QZQ " + "more of it " * 3000 + "@host"
    assert sanitize_text(text) == f"ftp://user:{DOTS} …"
    assert "QZQ" not in redacted_json(json.dumps({"comment": text}))[0]
    assert "QZQ" not in sanitize_line('password: "QZQ ' + "x " * 20_000 + '"')


@pytest.mark.parametrize(
    ("name", "secret"),
    [
        *[(name, True) for name in ("pw", "PW", "key", "apiKey", "X-Sig", "pass", "userpass")],
        *[(name, True) for name in ("PHPSESSID", "Authorization", "authorised", "hdntl", "md5")],
        *[(name, True) for name in ("ftp.password", "CONTRASEÑA", "\uff50\uff57", "clave_api")],
        *[(name, False) for name in ("status", "st", "code", "barcode", "keyint", "monkey")],
        *[(name, False) for name in ("bypass", "compass", "first", "2-pass", "signal", "author")],
        *[(name, False) for name in ("confirma", "enclave", "secretaria", "passes", "", "ключ")],
    ],
)
def test_names_of_secrets(name: str, secret: bool) -> None:
    assert is_secret_name(name) is secret


# In capitals, so that no other part of the text can be taken for it.
SECRET = "QZQ"
CONTEXTS = [
    "ftp://u:{any}@h/x",
    "sftp://me@corp.com:{any}@h",
    "https://{word}@h/x",
    "https://h/a:{word}@h",
    "Authorization: Basic {word}==",
    "Authorization: {word}",
    "proxy-authorization={word}",
    "X-Api-Key: {word}",
    "Cookie: a=b; sid={word}; c={word}",
    "Bearer {word}",
    "bearer+{word}",
    "Basic {word}==",
    "password={word}",
    "clave: {word}",
    "contraseña = {word}",
    "contrasen\u0303a:{word}",
    "secret: '{quoted}'",
    'api_key="{quoted}"',
    "https://h/?x=1&st={word}&y=2",
    "https://h/?code={word}",
    "https://h/#access_token={word}",
    "https://h/x;sig={word}",
    "https://h/hdntl=exp=1~acl=/{word}/*~hmac={word}/x.ts",
    "https://h/token={word}/x.mp4",
    "https://h/st=1~hmac={word}/x",
]
WORDS = st.text(st.sampled_from("abz019-_.é界+"), max_size=6)
QUOTED = st.text(st.sampled_from("ab 09,;&:@=/{}\n"), max_size=8)
ANY = st.text(st.sampled_from("ab 09,;&:@=/\"'\\#?\n"), max_size=8)
SURROUNDINGS = st.one_of(
    st.text(st.characters(codec="utf-8", exclude_categories=["C", "Lu"]), max_size=10),
    st.lists(
        st.sampled_from(
            [*"@:/=&;,?#%~.-+ \n{}[]()", "ftp://a:b", "password=", "bearer ", "%20", "a@b", "é1 "]
        ),
        max_size=6,
    ).map("".join),
)
PIECES = st.lists(
    st.one_of(
        st.sampled_from([*"@:/=&;,?#~{}[]()\"'\\%+ \t\n.-_•\x1c\x1f…«»“”", DOTS, "%25", "%3A"]),
        st.sampled_from(["%20", "%40", "%3D", "%22", "%0a", "://", "https://", "[::1]", "code="]),
        st.sampled_from(["ftp://u:", "password", "token", "Bearer ", "Basic ", "authorization"]),
        st.sampled_from(['"name":', '"value":', "st=", "cookie: ", "hdnts=", "~hmac=", "clave"]),
        st.text(max_size=2),
    ),
    max_size=25,
).map("".join)


def encoded(text: str, times: int) -> str:
    return encoded(quote(text, safe=""), times - 1) if times else text


@st.composite
def planted(draw: st.DrawFn) -> str:
    """A text with `SECRET` where one of the contexts has its credential."""

    def around(strategy: st.SearchStrategy[str]) -> str:
        return f"{draw(strategy)}{SECRET}{draw(strategy)}"

    context = draw(st.sampled_from(CONTEXTS))
    return context.format(word=around(WORDS), quoted=around(QUOTED), any=around(ANY))


@st.composite
def planted_json(draw: st.DrawFn) -> str:
    """JSON, perhaps inside a JSON text, whose secret member holds `SECRET`."""
    secret = draw(st.text(max_size=8).filter(lambda text: text.isprintable())) + SECRET
    value: object = draw(
        st.sampled_from(
            [
                {"a": 1, "password": secret},
                {"contraseña": secret, "b": "c"},
                {"name": "X-Api-Key", "value": secret},
                {"value": secret, "name": "pw"},
            ]
        )
    )
    for _ in range(draw(st.integers(1, 3))):
        value = json.dumps(value, ensure_ascii=False)
    return str(value)


@given(
    st.one_of(planted(), planted_json()),
    SURROUNDINGS,
    SURROUNDINGS,
    st.integers(0, 3),
    st.booleans(),
)
@thorough(2000)
def test_a_planted_secret_never_shows(
    text: str, before: str, after: str, times: int, line: bool
) -> None:
    between = "\n" if line else " "
    text = f"{before}{between}{encoded(text, times)}{between}{after}"
    for cleaner in (mask_credentials, sanitize_line, sanitize_text, sanitize_url):
        assert SECRET not in cleaner(text)
    assert SECRET not in redacted_json(json.dumps({"comment": text}))[0]


def test_too_deeply_encoded_secrets_hide_the_whole_text() -> None:
    text = "x"
    for _ in range(15):
        text = quote(f"?token={SECRET}&next={text}", safe="")
    assert mask_credentials(f"see {text}") == DOTS


def test_a_password_after_an_encoded_space_and_another_url_is_masked() -> None:
    masked = mask_credentials(f"://://@%20ftp://u:{SECRET}%20:/")
    assert SECRET not in masked
    assert mask_credentials(masked) == masked


@given(PIECES)
@thorough(2000)
def test_masking_is_idempotent(text: str) -> None:
    assert mask_credentials(mask_credentials(text)) == mask_credentials(text)
