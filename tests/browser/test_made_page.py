"""The page as production serves it, in a browser."""

from __future__ import annotations

from tests.browser.attaching import attach, is_uploaded, photo
from tests.browser.conftest import Site, Visit


def test_two_people_talk_on_the_page_that_is_one_piece(site: Site, visit: Visit) -> None:
    site.kill()
    site.start(DEBUG="0", ALLOWED_ORIGINS=site.url)
    alice, bob = visit(), visit()
    requests: list[str] = []
    alice.page.on("request", lambda request: requests.append(request.url))
    alice.page.reload()
    assert not [url for url in requests if "/app/" in url and url.endswith(("js", "css"))]
    alice.come_as("alice")
    two = bob.come_as("bob")
    alice.start_chat(two.get("/me")["username"])
    alice.say("hello 👋 https://a.example/x_(y)")
    bob.open_chat("Alice")
    bob.page.locator('a[href="https://a.example/x_(y)"]').wait_for()
    attach(alice, photo("lake.png"))
    is_uploaded(alice, "lake.png")
    alice.button("Send").click()
    bob.page.get_by_role("button", name="Photo from").wait_for()
    bob.open_settings()
    bob.page.get_by_role("heading", name="Settings").wait_for()
