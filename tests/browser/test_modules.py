"""The page as one works on it, module by module. Other tests meet it as production serves it."""

from __future__ import annotations

from tests.browser.attaching import attach, is_uploaded, photo
from tests.browser.conftest import Site, Visit
from tests.browser.visitor import Visitor


def test_in_production_it_is_one_piece(visit: Visit) -> None:
    alice = visit()
    assert len(modules_of(alice)) == 0


def test_two_people_talk_on_the_page_of_many_modules(site: Site, visit: Visit) -> None:
    site.kill()
    site.start(DEBUG="1")
    alice, bob = visit(), visit()
    assert len(modules_of(alice)) > 50
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


def modules_of(visitor: Visitor) -> list[str]:
    """What a reload asks for, file by file."""
    requests: list[str] = []
    visitor.page.on("request", lambda request: requests.append(request.url))
    visitor.page.reload()
    visitor.page.wait_for_load_state("networkidle")
    return [url for url in requests if "/app/" in url and url.endswith(("js", "css"))]
