"""HTTP to this computer's own servers: plain, past any proxy, without loading certificates.

httpx reads the whole certificate store for every client it makes, some milliseconds and megabytes each; asked
a few times a second, the demo's process grew by it. The context here trusts nobody, so TLS would be refused.
"""

import ssl
from typing import Final

import httpx

PLAIN: Final = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def get(url: str, timeout_s: float) -> httpx.Response:
    """GET an address of the loopback interface; httpx's errors."""
    return httpx.get(url, timeout=timeout_s, trust_env=False, verify=PLAIN)
