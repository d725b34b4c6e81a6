"""Cards for what the server found behind a link."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.browser.conftest import Pair
from tests.browser.visitor import Visitor

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Route

PIXEL = (
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGA"
    "WjR9awAAAABJRU5ErkJggg=="
)


def card(visitor: Visitor, **preview: Any) -> Locator:
    """What the page makes of this preview of the first message."""

    def answer(route: Route) -> None:
        response = route.fetch()
        page = response.json()
        page["results"][0]["preview"] = {"title": "A page", "description": "", "site": ""} | preview
        route.fulfill(response=response, json=page)

    visitor.page.route("**/messages?*", answer)
    visitor.open_chat("Alice")
    found = visitor.page.locator(".link-card")
    found.wait_for()
    return found


def test_a_card_leads_to_the_page(pair: Pair) -> None:
    _, bob, _, _ = pair
    shown = card(
        bob, url="https://example.com/a", title="<b>Bold</b>", description="About it", image=PIXEL
    )
    assert shown.inner_text().split("\n") == ["example.com", "<b>Bold</b>", "About it"]
    assert shown.get_attribute("href") == "https://example.com/a"
    assert shown.get_attribute("rel") == "noopener noreferrer"
    assert shown.locator("img").evaluate("image => image.decode().then(() => image.naturalWidth)")


def test_a_card_is_no_way_to_run_or_fetch_anything(pair: Pair) -> None:
    _, bob, _, _ = pair
    shown = card(bob, url="javascript:alert(1)", image="https://example.com/pixel.png")
    assert shown.get_attribute("href") is None
    assert shown.locator("img").count() == 0
