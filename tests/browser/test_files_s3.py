"""Files that the page brings to an S3 store, and shows from there: another origin than its own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from tests.browser.attaching import attach, is_uploaded, pdf, photo, pictures
from tests.browser.conftest import Pair
from tests.files.stores.gateway import address
from tests.files.stores.places import Place, place_on_s3

if TYPE_CHECKING:
    from playwright.sync_api import Request


@pytest.fixture(scope="module")
def site() -> Iterator[Place]:
    """In place of the server that keeps files on disk."""
    with place_on_s3(DEBUG="1") as place:
        yield place


def test_an_image_and_a_document_go_by_the_store(pair: Pair) -> None:
    alice, bob, _, _ = pair
    bob.open_chat("Alice")
    asked: list[Request] = []
    for visitor in (alice, bob):
        visitor.page.on("request", lambda request: asked.append(request))
    attach(alice, photo("lake.png"), pdf("report.pdf"))
    for name in ("lake.png", "report.pdf"):
        is_uploaded(alice, name)
    alice.say("The lake")
    for visitor in (alice, bob):
        assert pictures(visitor, 1).count() == 1
    with bob.page.expect_download() as saved:
        bob.button("Download report.pdf, 3 kB").click()
    assert saved.value.suggested_filename == "report.pdf"
    assert saved.value.path().read_bytes() == pdf("report.pdf")["buffer"]
    store = urlsplit(address()).netloc
    methods = {request.method for request in asked if urlsplit(request.url).netloc == store}
    assert methods >= {"POST", "GET"}
