"""Loaded by a program that runs with this folder in `PYTHONPATH`: the name in `TEST_NAME` is the
loopback's for as long as the file `TEST_NAME_IS_KNOWN` exists, and else there is no such name.
"""

import os
import socket
from typing import Any

_getaddrinfo = socket.getaddrinfo


def _resolve(host: Any, *more: Any, **named: Any) -> Any:
    if host in (os.environ["TEST_NAME"], os.environ["TEST_NAME"].encode()):
        if not os.path.exists(os.environ["TEST_NAME_IS_KNOWN"]):  # noqa: PTH110 - loads least
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        host = "127.0.0.1"
    return _getaddrinfo(host, *more, **named)


socket.getaddrinfo = _resolve
