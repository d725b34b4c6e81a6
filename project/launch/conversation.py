"""What the two demo accounts have said to each other, so that the first look shows what there is.

python -m project.launch.conversation http://127.0.0.1:8000

It speaks REST like any client, once, when the accounts have just been made.
"""

from __future__ import annotations

import io
import json
import sys
import time
import urllib.request
from typing import Any

from PIL import Image, ImageDraw

PASSWORD = "confab-demo"  # noqa: S105  # that of manage.py demo
FILE_SECONDS = 60
PLAN = b"""Saturday

07:40  platform 4, train to the lake
09:15  boat, back at noon
13:00  lunch at the mill
"""


class Person:
    """One of the two, logged in."""

    def __init__(self, address: str, name: str) -> None:
        self._base = f"{address}/api/v1"
        self._access = ""
        given = {"email": f"{name}@example.com", "password": PASSWORD}
        tokens = self.call("POST", "/auth/email/login", given)
        self._access = tokens["access"]
        self.id = tokens["user"]["id"]

    def call(self, method: str, path: str, body: object = None) -> Any:
        """The answer. Raises OSError, also when it is a refusal."""
        headers = {"Content-Type": "application/json"}
        if self._access:
            headers["Authorization"] = f"Bearer {self._access}"
        data = None if body is None else json.dumps(body).encode()
        answer = _request(method, self._base + path, data, headers)
        return json.loads(answer) if answer else None

    def say(self, chat: str, client_id: str, text: str, **more: object) -> int:
        """The message's number."""
        message = {"client_id": client_id, "text": text, **more}
        return int(self.call("POST", f"/chats/{chat}/messages", message)["number"])

    def upload(self, name: str, content_type: str, content: bytes) -> str:
        """The id of a file that is ready. Raises OSError, TimeoutError among them."""
        announced = {"name": name, "size": len(content), "content_type": content_type}
        file = self.call("POST", "/files", announced)
        target = file["upload"]
        if target.get("fields"):
            raise OSError("a form for a bucket is not spoken here")
        _request(target["method"], target["url"], content, target["headers"])
        self.call("POST", f"/files/{file['id']}/complete")
        until = time.monotonic() + FILE_SECONDS
        while self.call("GET", f"/files/{file['id']}")["state"] != "ready":
            if time.monotonic() > until:
                raise TimeoutError(f"{name} is not ready")
            time.sleep(0.2)
        return str(file["id"])


def _request(method: str, url: str, data: bytes | None, headers: dict[str, str]) -> bytes:
    request = urllib.request.Request(url, data, headers, method=method)  # noqa: S310
    with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310
        return bytes(answer.read())


def picture() -> bytes:
    """A lake in the evening."""
    image = Image.new("RGB", (1200, 800))
    draw = ImageDraw.Draw(image)
    for y in range(800):
        share = y / 800
        sky = (int(250 - 120 * share), int(190 - 60 * share), int(120 + 60 * share))
        water = (int(60 - 30 * share), int(110 - 30 * share), int(140 - 40 * share))
        draw.line((0, y, 1200, y), fill=sky if y < 480 else water)
    draw.ellipse((760, 340, 920, 500), fill=(255, 226, 150))
    draw.polygon([(0, 480), (260, 250), (520, 480)], fill=(70, 74, 92))
    draw.polygon([(300, 480), (520, 320), (760, 480)], fill=(88, 90, 108))
    draw.rectangle((0, 480, 1200, 500), fill=(96, 128, 150))
    content = io.BytesIO()
    image.save(content, "JPEG", quality=85)
    return content.getvalue()


def speak(address: str) -> None:
    """Each kind of message once. Raises OSError."""
    alice, bob = Person(address, "alice"), Person(address, "bob")
    chat = alice.call("POST", "/chats", {"user": bob.id})["id"]
    said = f"/chats/{chat}/messages"
    alice.say(chat, "demo-1", "Hi Bob! Are you coming to the lake on Saturday? #weekend")
    asked = bob.say(chat, "demo-2", "Yes! When do we leave?")
    photo = bob.upload("lake.jpg", "image/jpeg", picture())
    lake = bob.say(chat, "demo-3", "This is where the boat starts", file=photo)
    alice.call("PUT", f"{said}/{lake}/reactions/%E2%9D%A4%EF%B8%8F")
    answer = alice.say(chat, "demo-4", "The train is at 7:40, platform 4", reply_to=asked)
    bob.call("PUT", f"{said}/{answer}/reactions/%F0%9F%91%8D")
    plan = alice.upload("saturday.txt", "text/plain", PLAN)
    planned = alice.say(chat, "demo-5", "", file=plan)
    alice.call("PUT", f"{said}/{planned}/tags/weekend")
    target = {"chat": chat, "client_id": "demo-6"}
    bob.call("POST", f"{said}/{answer}/forward", {"targets": [target]})
    action = {"name": "book", "params": {"label": "Book two tickets"}}
    reference = {"type": "trip", "id": "saturday"}
    alice.say(chat, "demo-7", "Shall I book?", action=action, reference=reference)
    bob.say(chat, "demo-8", "The key is under the mat, tell nobody", no_forward=True)
    typo = bob.say(chat, "demo-9", "See you thre: https://example.com/lake_(east)")
    fixed = {"text": "See you there: https://example.com/lake_(east)"}
    bob.call("PATCH", f"{said}/{typo}", fixed)
    for person in (alice, bob):
        person.call("POST", "/auth/logout")


if __name__ == "__main__":
    try:
        speak(sys.argv[1])
    except OSError as error:
        sys.exit(f"the demo accounts have not said all that they were to say: {error}")
