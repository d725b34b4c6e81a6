"""Files and images: choosing them, sending them, seeing them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tests.browser.attaching import (
    attach,
    carry,
    is_uploaded,
    large_photo,
    parcel,
    pdf,
    photo,
    pictures,
    slow_down,
)
from tests.browser.conftest import Pair
from tests.browser.visitor import Visitor

if TYPE_CHECKING:
    from playwright.sync_api import Route

UPLOADS = "**/api/v1/uploads/*"
DOWNLOADS = "**/api/v1/downloads/*"


def facing(pair: Pair) -> tuple[Visitor, Visitor]:
    """Both have the chat open."""
    alice, bob, _, _ = pair
    bob.open_chat("Alice")
    return alice, bob


def test_an_image_and_a_document_with_a_caption(pair: Pair) -> None:
    alice, bob = facing(pair)
    attach(alice, photo("lake.png"), pdf("report.pdf"))
    alice.say("The lake")
    for visitor in (alice, bob):
        caption = visitor.bubble("The lake")
        assert pictures(visitor, 1).count() == 1
        caption.get_by_role("button", name="Photo from ").wait_for()
        visitor.button("Download report.pdf, 3 kB").wait_for()
    alice.chat("Bob").get_by_text("File: report.pdf").wait_for()
    bob.chat("Alice").get_by_text("File: report.pdf").wait_for()
    assert alice.page.locator(".tray .parcel").count() == 0
    with bob.page.expect_download() as saved:
        bob.button("Download report.pdf, 3 kB").click()
    assert saved.value.suggested_filename == "report.pdf"
    assert saved.value.path().read_bytes() == pdf("report.pdf")["buffer"]


def test_files_are_there_after_a_reload(pair: Pair) -> None:
    alice, bob = facing(pair)
    attach(alice, photo("lake.png"))
    alice.button("Send").click()
    pictures(bob, 1)
    alice.chat("Bob").get_by_text("Photo").wait_for()
    for visitor in (alice, bob):
        visitor.page.reload()
        pictures(visitor, 1)


def test_an_image_has_its_place_before_it_is_loaded(pair: Pair) -> None:
    alice, bob = facing(pair)
    held: list[Route] = []
    bob.page.route(DOWNLOADS, lambda route: held.append(route))
    attach(alice, photo("tall.png", 600, 900))
    alice.say("tall")
    picture = bob.bubble("tall").locator(".picture")
    picture.locator(".behind").wait_for()  # the blurred one
    before = picture.bounding_box()
    assert before
    assert abs(before["height"] / before["width"] - 1.5) < 0.02
    bob.page.wait_for_function("() => document.querySelector('.picture .remote').src")
    for route in held:
        route.continue_()
    pictures(bob, 1)
    assert picture.bounding_box() == before


def test_dropping_onto_the_conversation(pair: Pair) -> None:
    alice, _ = facing(pair)
    carry(alice, "dragover", pdf("notes.pdf"))
    alice.page.get_by_text("Drop files to send them to Bob").wait_for()
    carry(alice, "drop", pdf("notes.pdf"))
    parcel(alice, "notes.pdf").wait_for()
    alice.page.get_by_text("Drop files to send them to Bob").wait_for(state="hidden")
    is_uploaded(alice, "notes.pdf")


def test_pasting_an_image(pair: Pair) -> None:
    alice, bob = facing(pair)
    carry(alice, "paste", photo("image.png"))
    parcel(alice, "image.png").locator("img").wait_for()
    alice.composer.press("Enter")
    pictures(bob, 1)


def test_images_that_follow_each_other_are_an_album(pair: Pair) -> None:
    alice, bob = facing(pair)
    colours = ("teal", "orange", "purple")
    attach(alice, *(photo(f"{colour}.png", colour=colour) for colour in colours))
    alice.say("Three colours")
    bob.page.get_by_role("group", name="3 photos").wait_for()
    pictures(bob, 3).nth(1).click()
    viewer = bob.page.get_by_role("dialog", name="Photos")
    viewer.get_by_text("2 of 3").wait_for()
    bob.page.keyboard.press("ArrowRight")
    viewer.get_by_text("3 of 3").wait_for()
    viewer.get_by_role("button", name="Previous photo").click()
    viewer.get_by_role("button", name="Previous photo").click()
    viewer.get_by_text("1 of 3").wait_for()
    viewer.get_by_text("Three colours").wait_for()
    viewer.get_by_role("img", name="Photo from Alice").wait_for()
    with bob.page.expect_download() as saved:
        viewer.get_by_role("button", name="Download").click()
    assert saved.value.suggested_filename.startswith("teal.")
    bob.page.keyboard.press("Escape")
    viewer.wait_for(state="detached")
    focused = bob.page.evaluate("document.activeElement.closest('.cell')?.dataset.number")
    assert focused == "3"


def test_an_image_that_is_deleted_leaves_album_and_viewer(pair: Pair) -> None:
    alice, bob = facing(pair)
    attach(alice, photo("one.png"), photo("two.png"))
    alice.button("Send").click()
    pictures(bob, 2).nth(1).click()
    viewer = bob.page.get_by_role("dialog", name="Photos")
    viewer.get_by_text("2 of 2").wait_for()
    pictures(alice, 2).nth(1).click(button="right")
    alice.page.get_by_role("menuitem", name="Delete for everyone").click()
    alice.button("Delete").click()
    viewer.get_by_text("1 of 1").wait_for()
    bob.page.keyboard.press("Escape")
    for visitor in (alice, bob):
        visitor.sees("Message deleted")
        assert visitor.page.locator(".picture").count() == 1


def test_an_upload_can_be_taken_back(pair: Pair) -> None:
    alice, bob = facing(pair)
    slow_down(alice, 50_000)
    attach(alice, pdf("secret.pdf", 1_000_000))
    alice.page.get_by_role("progressbar", name="Uploading secret.pdf").wait_for()
    parcel(alice, "secret.pdf").get_by_text(re.compile(r"^[1-9]\d?% of 1 MB$")).wait_for()
    alice.button("Remove secret.pdf").click()
    parcel(alice, "secret.pdf").wait_for(state="detached")
    attach(alice, large_photo("wrong.png"))
    alice.button("Send").click()
    alice.button("Cancel sending wrong.png").click()
    alice.page.locator(".picture").wait_for(state="detached")
    alice.say("never mind")
    bob.sees("never mind")
    assert bob.texts() == ["hello", "never mind"]


def test_an_upload_that_was_cut_off_is_tried_again(pair: Pair) -> None:
    alice, bob = facing(pair)
    alice.page.route(UPLOADS, lambda route: route.abort())
    attach(alice, pdf("report.pdf"))
    parcel(alice, "report.pdf").get_by_text("The upload was cut off.").wait_for()
    assert alice.button("Send").is_disabled()
    alice.page.unroute(UPLOADS)
    alice.button("Upload report.pdf again").click()
    is_uploaded(alice, "report.pdf")
    alice.button("Send").click()
    bob.button("Download report.pdf, 3 kB").wait_for()


def test_a_message_whose_upload_was_cut_off_waits_for_the_person(pair: Pair) -> None:
    alice, bob = facing(pair)
    slow_down(alice, 50_000)  # a minute for this one
    attach(alice, large_photo("lake.png"))
    alice.say("The lake")
    alice.sees("The lake", "Waiting to be sent")
    alice.say("words do not wait")
    bob.sees("words do not wait")
    alice.page.reload()
    alice.page.get_by_text("Not sent. The upload was cut off.").wait_for()
    slow_down(alice, -1)
    with alice.page.expect_file_chooser() as chooser:
        alice.button("Choose it again").click()
    chooser.value.set_files(photo("lake.png"))
    bob.sees("The lake")
    pictures(bob, 1)
    alice.sees("The lake", "Read")
    assert bob.texts() == ["hello", "words do not wait", "The lake"]


def test_a_file_that_is_refused_says_why(pair: Pair) -> None:
    alice, _ = facing(pair)
    lie = photo("lie.png")
    lie["buffer"] = b"by no means an image " * 50
    attach(alice, lie)
    refused = parcel(alice, "lie.png")
    refused.get_by_text("This is not the image that its name says.").wait_for()
    assert not refused.get_by_role("button", name="again").count()
    alice.button("Remove lie.png").click()
    alice.page.locator(".parcel").wait_for(state="detached")


def test_empty_files_are_not_taken(pair: Pair) -> None:
    alice, _ = facing(pair)
    empty = pdf("empty.pdf")
    empty["buffer"] = b""
    carry(alice, "drop", empty)
    alice.page.get_by_text("“empty.pdf” is empty.").wait_for()
    assert not alice.page.locator(".parcel").count()
