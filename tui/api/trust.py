"""Whose certificates are trusted. Nothing here, or anywhere, switches verification off."""

import ssl
from pathlib import Path


def tls_context() -> ssl.SSLContext:
    """The system's authorities (`SSL_CERT_FILE` and `SSL_CERT_DIR` honoured by OpenSSL);
    httpx's bundle only where the system has none.
    """
    context = ssl.create_default_context()
    folder = ssl.get_default_verify_paths().capath
    if context.get_ca_certs() or (folder and any(Path(folder).iterdir())):
        return context
    import certifi  # noqa: PLC0415 - rarely needed, and slow to find

    return ssl.create_default_context(cafile=certifi.where())


def trust_nobody() -> ssl.SSLContext:
    """For plain http: no authority is loaded, so that any TLS handshake would fail."""
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
