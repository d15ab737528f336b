"""The line to the cloud: one HTTP client for uplink, enrolment and check."""

import ipaddress
from typing import Final

import httpx

from cloud_api.contract.enrolment import Credential

#: The cloud may need a while for 500 events or a picture on a shop's slow line.
_TIMEOUT: Final = httpx.Timeout(60.0, connect=5.0)


def open_line(url: str, box: Credential | None = None) -> httpx.Client:
    """A client of the cloud at `url`, speaking for the box where there is a credential.

    It uses the proxy that the environment names (HTTPS_PROXY, NO_PROXY), except to this computer itself.
    """
    headers = {"User-Agent": "vitrine-box"}
    if box is not None:
        headers["Authorization"] = f"Bearer {box.token}"
    return httpx.Client(base_url=url, headers=headers, timeout=_TIMEOUT, trust_env=not _is_here(url))


def _is_here(url: str) -> bool:
    host = httpx.URL(url).host
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
