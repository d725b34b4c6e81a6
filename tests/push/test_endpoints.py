"""Which endpoints a browser may bring."""

from __future__ import annotations

import pytest

from feed.push.endpoints import check_endpoint, endpoint_of
from project.addresses import NotPublic


@pytest.mark.parametrize(
    "url",
    [
        "http://push.example/x",
        "https://127.0.0.1/x",
        "https://[::1]/x",
        "https://10.0.0.1/x",
        "https://169.254.169.254/latest",
        "https://2130706433/x",
        "https://0x7f.1/x",
        "https://localhost/x",
        "https://redis/x",
        "https://push.example:6379/x",
        "https://user@push.example/x",
        "https://push.example/\nx",
        "https://push.example/" + "x" * 2048,
        "ftp://push.example/x",
        "https://",
        "",
        "https://[::1/x",
        "https://push.example:99999/",
    ],
)
def test_what_is_not_public_is_refused(url: str) -> None:
    with pytest.raises(NotPublic):
        check_endpoint(url)


def test_what_browsers_bring_passes() -> None:
    for url in ("https://fcm.googleapis.com/fcm/send/x:y", "https://web.push.apple.com/Qx?a=1"):
        check_endpoint(url)
    assert endpoint_of("https://web.push.apple.com/Qx?a=1").path == "/Qx?a=1"


def test_apples_service_is_known_by_its_host_alone() -> None:
    assert endpoint_of("https://web.push.apple.com/x").is_apples
    assert endpoint_of("https://api.push.apple.com/x").is_apples
    assert not endpoint_of("https://push.apple.com.example/x").is_apples
    assert not endpoint_of("https://xpush.apple.com/x").is_apples
