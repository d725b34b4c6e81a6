"""Files in the hands of a visitor: chosen, dropped, pasted."""

from __future__ import annotations

import base64
import io
import random
import re
from typing import TYPE_CHECKING

from PIL import Image

from tests.browser.visitor import Visitor

if TYPE_CHECKING:
    from playwright.sync_api import FilePayload, Locator

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"

CARRY = """([kind, name, type, data]) => {
  const bytes = Uint8Array.from(atob(data), (char) => char.charCodeAt(0));
  const carried = new DataTransfer();
  carried.items.add(new File([bytes], name, { type }));
  const init = { bubbles: true, cancelable: true, dataTransfer: carried, clipboardData: carried };
  const target = document.querySelector(kind === "paste" ? ".composer textarea" : ".timeline");
  const event = kind === "paste" ? new ClipboardEvent(kind, init) : new DragEvent(kind, init);
  target.dispatchEvent(event);
}"""


def photo(name: str, width: int = 640, height: int = 480, colour: str = "teal") -> FilePayload:
    """A PNG of one colour."""
    return _png(name, Image.new("RGB", (width, height), colour))


def large_photo(name: str) -> FilePayload:
    """A PNG of noise, of 3 MB."""
    return _png(name, Image.frombytes("RGB", (1000, 1000), random.randbytes(3_000_000)))


def _png(name: str, image: Image.Image) -> FilePayload:
    content = io.BytesIO()
    image.save(content, "PNG")
    return {"name": name, "mimeType": "image/png", "buffer": content.getvalue()}


def pdf(name: str, size: int = 3000) -> FilePayload:
    return {"name": name, "mimeType": "application/pdf", "buffer": PDF.ljust(size)}


def attach(visitor: Visitor, *files: FilePayload) -> None:
    with visitor.page.expect_file_chooser() as chooser:
        visitor.button("Attach files").click()
    chooser.value.set_files(list(files))
    for file in files:
        parcel(visitor, file["name"]).wait_for()


def carry(visitor: Visitor, kind: str, file: FilePayload) -> None:
    """`kind` is the event: dragover, drop or paste."""
    data = base64.b64encode(file["buffer"]).decode()
    visitor.page.evaluate(CARRY, [kind, file["name"], file["mimeType"], data])


def slow_down(visitor: Visitor, bytes_per_second: int) -> None:
    """What the page uploads from now on; -1 for as fast as it can be."""
    conditions = {
        "offline": False,
        "latency": 0,
        "downloadThroughput": -1,
        "uploadThroughput": bytes_per_second,
    }
    session = visitor.page.context.new_cdp_session(visitor.page)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", conditions)


def parcel(visitor: Visitor, name: str) -> Locator:
    """The file's place in the tray."""
    return visitor.page.locator(".tray .parcel").filter(has_text=name)


def is_uploaded(visitor: Visitor, name: str) -> None:
    visitor.page.locator(".tray .parcel.ready").filter(has_text=name).wait_for()


def pictures(visitor: Visitor, count: int) -> Locator:
    """The images of the conversation, as soon as this many have come from the server."""
    shown = visitor.page.locator(".picture .remote.shown")
    shown.nth(count - 1).wait_for()
    visitor.page.wait_for_function(
        "count => document.querySelectorAll('.picture .remote.shown').length === count", arg=count
    )
    return visitor.page.get_by_role("button", name=re.compile("^Photo from "))
