"""Whose certificates are believed."""

import ssl
from pathlib import Path


def trusted(given: ssl.SSLContext | None) -> ssl.SSLContext:
    """The system's authorities (`SSL_CERT_FILE` and `SSL_CERT_DIR` honoured by OpenSSL);
    httpx's bundle only where the system has none.
    """
    if given is not None:
        return given
    context = ssl.create_default_context()
    folder = ssl.get_default_verify_paths().capath
    if context.get_ca_certs() or (folder and any(Path(folder).iterdir())):
        return context
    import certifi  # noqa: PLC0415 - rarely needed, and slow to find

    return ssl.create_default_context(cafile=certifi.where())
