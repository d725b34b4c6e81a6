"""One's own picture."""

from __future__ import annotations

import io

from PIL import Image
from playwright.sync_api import FilePayload

from tests.browser.conftest import Pair

SHOWN = ".avatar img.shown:not(.broken)"


def picture(width: int, height: int) -> FilePayload:
    bytes_ = io.BytesIO()
    Image.new("RGB", (width, height), "teal").save(bytes_, "PNG")
    return {"name": "me.png", "mimeType": "image/png", "buffer": bytes_.getvalue()}


def test_choosing_a_picture_and_taking_it_away(pair: Pair) -> None:
    alice, bob, one, _ = pair
    bob.open_chat("Alice")
    alice.open_settings()
    alice.page.get_by_label("Your picture").set_input_files(picture(600, 300))
    alice.page.get_by_label("Zoom").fill("1.5")
    alice.button("Use this").click()
    alice.button("Change picture").wait_for()
    for place in (".chats", ".conversation header"):
        bob.page.locator(f"{place} {SHOWN}").wait_for()
    file = one.get(f"/files/{one.get('/me')['avatar']}")
    assert (file["width"], file["height"]) == (200, 200)  # of the square that was chosen
    alice.button("Remove picture").click()
    alice.button("Add a picture").wait_for()
    bob.page.locator(".avatar img").first.wait_for(state="detached")
    assert one.get("/me")["avatar"] is None


def test_what_is_no_picture_is_refused_before_it_is_sent(pair: Pair) -> None:
    alice, _, one, _ = pair
    alice.open_settings()
    words: FilePayload = {"name": "me.png", "mimeType": "image/png", "buffer": b"not a picture"}
    alice.page.get_by_label("Your picture").set_input_files(words)
    alice.page.get_by_text("This is not a picture that your browser can show.").wait_for()
    alice.button("Add a picture").wait_for()
    assert one.get("/me")["avatar"] is None
