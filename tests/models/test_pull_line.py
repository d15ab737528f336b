"""`models pull` where the network refuses, lies or is not there."""

from pathlib import Path

import httpx
import pytest

from models import pull
from models.errors import ModelError
from tests.models.pulling import CONTENT, download, fetch, left, line, no_pause
from tests.models.release import Release, served


@pytest.mark.parametrize("status", [403, 404, 503])
def test_a_server_that_refuses_is_quoted_with_the_way_by_hand(cache: Path, status: int) -> None:
    with pytest.raises(ModelError, match=rf"127\.0\.0\.1 answered {status} .*pull yolox_nano --from FILE"):
        fetch(Release(CONTENT, status=status))
    assert not left(cache)


def test_no_network_is_told_with_the_way_by_hand(cache: Path) -> None:
    with (
        line() as client,
        pytest.raises(ModelError, match=r"No way to 127\.0\.0\.1: .*another computer.*--from FILE"),
    ):
        pull.fetch(download(), None, client, no_pause)
    assert not left(cache)


def test_a_certificate_nobody_trusts_is_refused(cache: Path) -> None:
    with (
        served(Release(CONTENT)) as url,
        httpx.Client(trust_env=False) as client,
        pytest.raises(ModelError, match=r"No way to 127\.0\.0\.1: .*CERTIFICATE_VERIFY_FAILED"),
    ):
        pull.fetch(download(url), None, client, no_pause)


def test_redirects_are_followed_as_release_pages_need(cache: Path) -> None:
    assert fetch(Release(CONTENT, redirect="/elsewhere")).read_bytes() == CONTENT


def test_a_redirect_away_from_tls_is_refused(cache: Path) -> None:
    with pytest.raises(ModelError, match=r"http://127\.0\.0\.1:9/y is not https"):
        fetch(Release(CONTENT, redirect="http://127.0.0.1:9/y"))
    assert not left(cache)


def test_a_redirect_in_a_circle_ends(cache: Path) -> None:
    with pytest.raises(ModelError, match=r"No way to 127\.0\.0\.1: .*redirects"):
        fetch(Release(CONTENT, redirect="/yolox.onnx"))


def test_an_address_without_tls_is_refused(cache: Path) -> None:
    with line() as client, pytest.raises(ModelError, match="is not https"):
        pull.fetch(download("http://127.0.0.1:9/y"), None, client, no_pause)
