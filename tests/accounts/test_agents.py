"""What the list of devices calls each."""

from __future__ import annotations

import pytest

from tests.accounts.conftest import enter
from tests.people import Person, client


@pytest.mark.parametrize(
    ("agent", "name", "platform"),
    [
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0",
            "Firefox on Windows",
            "web",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 "
            "(KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1",
            "Safari on iPhone",
            "web",
        ),
        (
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) "
            "Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0",
            "Edge on Linux",
            "web",
        ),
        ("Confab/3.1 (Android 16; Pixel 9)", "Confab on Android", "android"),
        ("Confab/3.1 (iOS 19.0; iPhone17,1)", "Confab on iPhone", "ios"),
        ("okhttp/4.12.0", "okhttp", "android"),
        ("python-httpx/0.28", "python-httpx", "other"),
        ("", "Unknown device", "other"),
    ],
)
def test_a_device_has_a_name_that_its_owner_knows(
    alice: Person, agent: str, name: str, platform: str
) -> None:
    with client(alice.server) as http:
        http.headers["User-Agent"] = agent
        assert enter(http, alice.email).status_code == 200
    listed = alice.get("/auth/sessions")["results"][1]
    assert (listed["device"], listed["name"], listed["platform"]) == (agent, name, platform)
