"""Texts as people write them: in any script, by any keyboard, on browsers that keep nothing."""

from __future__ import annotations

import re

from tests.browser.attaching import attach, is_uploaded, parcel
from tests.browser.conftest import Pair, Visit
from tests.files.documents import HEIC

SAFARI_ENTER = """(field) => {
  const init = { key: "Enter", keyCode: 229, isComposing: false, bubbles: true, cancelable: true };
  field.dispatchEvent(new KeyboardEvent("keydown", init));
}"""
SAFARI_ESCAPE = SAFARI_ENTER.replace("Enter", "Escape")
DIRECTION = "(element) => getComputedStyle(element).direction"
# A browser whose storage is full: what is there can be read, nothing new goes in.
FULL = """() => {
  Storage.prototype.setItem = () => { throw new DOMException("full", "QuotaExceededError"); };
}"""


def test_an_enter_that_ends_a_word_sends_nothing(pair: Pair) -> None:
    alice, bob, _, _ = pair
    bob.open_chat("Alice")
    alice.composer.fill("にほん")
    alice.composer.evaluate(SAFARI_ENTER)
    assert alice.composer.input_value() == "にほん"
    search = alice.page.get_by_role("searchbox")
    search.fill("ほ")
    search.evaluate(SAFARI_ESCAPE)
    assert search.input_value() == "ほ"
    search.fill("")
    alice.composer.press("Enter")
    bob.sees("にほん")
    assert bob.texts() == ["hello", "にほん"]


def test_each_text_has_its_own_direction_and_its_links(pair: Pair) -> None:
    alice, bob, _, _ = pair
    bob.open_chat("Alice")
    alice.composer.fill("שלום!")
    assert alice.composer.evaluate(DIRECTION) == "rtl"
    alice.composer.press("Enter")
    link = "https://en.wikipedia.org/wiki/Rust_(programming_language)"
    alice.say(f"see {link}, ＃東京 and #हिन्दी")
    bob.page.locator(f'a[href="{link}"]').wait_for()
    hebrew = bob.page.locator(".bubble > p", has_text="שלום!")
    assert hebrew.evaluate(DIRECTION) == "rtl"
    assert bob.page.locator(".bubble .hashtag").all_inner_texts() == ["＃東京", "#हिन्दी"]
    assert bob.page.locator(".chats .name bdi").first.inner_text() == "Alice"


def test_a_draft_survives_a_reload(pair: Pair) -> None:
    alice, _, _, _ = pair
    alice.composer.fill("half a sen")
    alice.page.reload()
    alice.is_online()
    assert alice.composer.input_value() == "half a sen"


def test_a_full_storage_is_survived_and_told(pair: Pair) -> None:
    alice, bob, _, _ = pair
    bob.open_chat("Alice")
    notice = alice.page.get_by_text("This browser keeps nothing")
    assert not notice.is_visible()
    alice.page.evaluate(FULL)
    alice.say("still there")
    bob.sees("still there")
    alice.composer.fill("not kept")
    notice.wait_for()
    alice.page.add_init_script(f"({FULL})()")
    alice.page.reload()
    alice.is_online()
    alice.say("and now")
    bob.sees("and now")


def test_a_picture_that_cannot_be_shown_is_sent_as_a_file(pair: Pair) -> None:
    alice, bob, _, _ = pair
    bob.open_chat("Alice")
    attach(alice, {"name": "lake.heic", "mimeType": "image/heic", "buffer": HEIC})
    parcel(alice, "lake.heic").get_by_role("button", name="as a file").click()
    is_uploaded(alice, "lake.heic")
    alice.button("Send").click()
    bob.page.get_by_role("button", name=re.compile("Download lake.heic")).wait_for()


def test_every_name_can_be_seen(visit: Visit) -> None:
    page = visit().page
    shown = page.evaluate(
        """async (names) => {
          const { nameOf } = await import("/app/people/names.js");
          return names.map((name) => nameOf({ name }));
        }""",
        ["Ann", "\u200b", "\u3164", "\u2800 ", "Ann \u202egnp.exe", "اَنّا", ""],
    )
    unseen = "No name"
    assert shown == ["Ann", unseen, unseen, unseen, "Ann gnp.exe", "اَنّا", unseen]
