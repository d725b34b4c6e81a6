"""The bell: what happened, live, and what one wants to hear of."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from typing import TYPE_CHECKING

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.browser.conftest import Pair, Site, Visit
from tests.browser.visitor import Visitor

if TYPE_CHECKING:
    from playwright.sync_api import Locator


def _bell(visitor: Visitor, unread: int) -> Locator:
    """As soon as it says so. Logging in here is a login that the account is told of."""
    name = f"Notifications: {unread} unread" if unread else "Notifications"
    bell = visitor.button(name)
    bell.wait_for()
    return bell


def _is_titled(visitor: Visitor, title: str) -> None:
    from playwright.sync_api import expect

    expect(visitor.page).to_have_title(title, timeout=15_000)


def test_messages_ring_the_bell_and_lead_to_their_chat(pair: Pair) -> None:
    alice, bob, _, two = pair
    _bell(bob, 2).click()
    item = bob.page.locator(".item.unread").filter(has_text="Alice")
    item.filter(has_text="hello").wait_for()
    alice.say("a second one")
    item.filter(has_text="a second one").wait_for()
    _is_titled(bob, "(2) Confab")
    counts = {item["kind"]: item["event_count"] for item in two.get("/feed")["results"]}
    assert counts["message.received"] == 2
    item.locator(".item-main").click()
    bob.sees("a second one")
    _bell(bob, 1)  # reading the chat has read its item
    _is_titled(bob, "(1) Confab")


def test_items_are_seen_read_and_put_away(pair: Pair) -> None:
    _, bob, _, two = pair
    bell = _bell(bob, 2)
    with bob.page.expect_response("**/feed/seen") as seen:
        bell.click()
    assert seen.value.json() == {"unseen": 0, "unread": 2}
    item = bob.page.locator(".item").filter(has_text="Alice")
    item.get_by_role("button", name="More about").click()
    bob.page.get_by_role("menuitem", name="Why did I not hear of it?").click()
    ledger = bob.page.get_by_role("dialog", name="Why did I not hear of it?")
    ledger.get_by_text("you have switched this off").wait_for()  # the e-mail
    ledger.get_by_text("No device of yours has asked for pushes").wait_for()
    ledger.get_by_role("button", name="Close").click()
    bob.button("Mark all as read").click()
    bob.page.locator(".item.unread").first.wait_for(state="detached")
    item.get_by_role("button", name="More about").click()
    bob.page.get_by_role("menuitem", name="Archive").click()
    item.wait_for(state="detached")
    assert [item["kind"] for item in two.get("/feed")["results"]] == ["security.new_session"]


def test_one_says_what_to_hear_of_and_when(visit: Visit) -> None:
    bob = visit(width=390)
    two = bob.come_as("bob")
    _bell(bob, 1).click()
    bob.button("What to hear of").click()
    dialog = bob.page.get_by_role("dialog", name="What to hear of")
    messages = dialog.get_by_role("group", name="Messages")
    logins = dialog.get_by_role("group", name="New logins")
    assert logins.get_by_label("In the list").is_disabled()
    with bob.page.expect_response("**/feed/preferences"):
        messages.get_by_label("Push").uncheck()
    with bob.page.expect_response("**/feed/preferences"):
        messages.get_by_label("E-mail").select_option("digest")
    with bob.page.expect_response("**/feed/preferences"):
        dialog.get_by_label("No pushes and e-mails at night").check()
    now = two.get("/feed/preferences")
    wishes = {"in_app": True, "push": False, "email": "digest"}
    assert now["kinds"]["message.received"] == wishes
    assert (now["quiet_hours"]["from"], now["quiet_hours"]["to"]) == ("22:00", "07:00")


@pytest.mark.parametrize("width", [1280, 390])
def test_the_last_of_what_to_hear_of_can_be_scrolled_to(visit: Visit, width: int) -> None:
    from playwright.sync_api import expect

    bob = visit(width=width)
    bob.come_as("bob")
    _bell(bob, 1).click()
    bob.button("What to hear of").click()
    dialog = bob.page.get_by_role("dialog", name="What to hear of")
    last = dialog.get_by_text("Mute from the menu")
    last.scroll_into_view_if_needed()
    expect(last).to_be_in_viewport(ratio=1)
    size, box = bob.page.viewport_size, dialog.bounding_box()
    assert size
    assert box
    assert box["y"] + box["height"] <= size["height"]


def test_a_device_is_notified_until_it_is_read(site: Site, visit: Visit) -> None:
    """The push service is the browser's own, so its two ends are played here."""
    site.kill()
    site.start(VAPID_PRIVATE_KEY=_key()[0], PUSH_ALLOW_PRIVATE="1")
    bob = visit()
    two = bob.come_as("bob")
    subscription = {
        "endpoint": "https://127.0.0.1/push",
        "keys": {"p256dh": _key()[1], "auth": "A" * 22},
    }
    bob.page.evaluate(
        "(made) => { PushManager.prototype.subscribe = async () => ({ toJSON: () => made }); }",
        subscription,
    )
    _bell(bob, 1).click()
    bob.button("What to hear of").click()
    bob.page.context.grant_permissions(["notifications"])
    bob.button("Notify me on this device").click()
    bob.page.get_by_text("This device", exact=True).nth(1).wait_for()
    assert [device["platform"] for device in two.get("/devices")["results"]] == ["web"]
    item = two.get("/feed")["results"][0]["id"]
    _push(bob, {"title": "New login", "body": "", "tag": f"item-{item}", "reference": None})
    _notices(bob, ["New login"])
    two.post("/feed/read", {"ids": [item]})  # on another device
    _notices(bob, [])


def _key() -> tuple[str, str]:
    """A private key and its public point, in base64url."""
    key = ec.generate_private_key(ec.SECP256R1())
    private = key.private_numbers().private_value.to_bytes(32, "big")
    form = (Encoding.X962, PublicFormat.UncompressedPoint)
    texts = [urlsafe_b64encode(raw) for raw in (private, key.public_key().public_bytes(*form))]
    return texts[0].rstrip(b"=").decode(), texts[1].rstrip(b"=").decode()


def _push(visitor: Visitor, data: dict[str, object]) -> None:
    cdp = visitor.page.context.new_cdp_session(visitor.page)
    with_worker: list[str] = []
    cdp.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda told: with_worker.extend(one["registrationId"] for one in told["registrations"]),
    )
    cdp.send("ServiceWorker.enable")
    for _ in range(200):  # events come in while something is asked
        if with_worker:
            break
        visitor.page.evaluate("() => navigator.serviceWorker.ready.then(() => null)")
    assert with_worker
    origin = visitor.page.evaluate("() => location.origin")
    push = {"origin": origin, "registrationId": with_worker[0], "data": json.dumps(data)}
    cdp.send("ServiceWorker.deliverPushMessage", push)


def _notices(visitor: Visitor, titles: list[str]) -> None:
    """What is up is just this, as soon as it is so."""
    visitor.page.evaluate(
        """async (titles) => {
            const worker = await navigator.serviceWorker.ready;
            const end = Date.now() + 10000;
            for (;;) {
                const shown = (await worker.getNotifications()).map(({ title }) => title);
                if (String(shown) === String(titles)) return;
                if (Date.now() > end) throw new Error(`shown: ${shown}`);
                await new Promise((again) => setTimeout(again, 50));
            }
        }""",
        titles,
    )


def test_the_worker_of_notifications_is_asked_for_each_time(site: Site) -> None:
    site.kill()
    site.start(DEBUG="0", ALLOWED_ORIGINS=site.url)
    worker = httpx.get(f"{site.url}/service-worker.js")
    assert worker.headers["cache-control"] == "no-cache"
    assert worker.headers["content-type"].startswith("text/javascript")
    assert b"showNotification" in worker.content
