"""Invitations: made, sent, opened, credited, revoked, expired."""

from __future__ import annotations

import re
from typing import Any

import httpx
import pytest
import segno

from tests.accounts.mailbox import wait_for_messages
from tests.contacts.books import (
    entry,
    errands_done,
    findable,
    imported,
    number,
    only,
    outcomes,
    state_of,
)
from tests.contacts.conftest import Newcomer
from tests.feed.publishing import feed_of
from tests.people import Person, client
from tests.waiting import until

pytestmark = pytest.mark.usefixtures("worker")


def has(owner: Person, phone: str) -> str:
    return only(owner, imported(owner, [entry(1, "Bob", phone)]))


def invited(person: Person, **given: Any) -> list[Any]:
    results: list[Any] = person.post("/contacts/invites", given)["results"]
    return results


def one_invited(person: Person, contact: str, channel: str = "link") -> Any:
    (result,) = invited(person, contacts=[contact], channel=channel)
    assert "error" not in result, result
    return result["invite"]


def token_of(invite: Any) -> str:
    return str(invite["link"].rpartition("/")[2])


def current(person: Person, invite: Any) -> Any:
    found = person.get("/contacts/invites", limit=200)["results"]
    return next(one for one in found if one["id"] == invite["id"])


def kinds(person: Person) -> list[str]:
    return [item["kind"] for item in feed_of(person)]


def test_an_invitation_is_sent_opened_and_accepted(alice: Person, newcomer: Newcomer) -> None:
    phone = number()
    contact = has(alice, phone)
    invite = one_invited(alice, contact, "sms")
    assert (invite["state"], invite["contact"], invite["joined"]) == ("created", contact, 0)
    (message,) = wait_for_messages(phone)
    assert message["channel"] == "sms"
    assert message["text"].endswith(token_of(invite))
    until(lambda: current(alice, invite)["state"] == "sent")
    with client(alice.server) as anybody:
        shown = anybody.get(f"/invites/{token_of(invite)}").json()
    assert shown == {"inviter": {"name": "Alice", "avatar": None}, "state": "opened"}
    carol = newcomer(phone=number(), invite=token_of(invite))
    until(lambda: current(alice, invite)["state"] == "registered")
    told = current(alice, invite)
    assert (told["user"]["id"], told["joined"]) == (carol.id, 1)
    assert alice.get(f"/contacts/{contact}")["user"]["id"] == carol.id
    until(lambda: "invite.accepted" in kinds(alice))
    assert "contact.joined" not in kinds(alice)


def test_an_invitation_by_mail(alice: Person) -> None:
    address = f"someone.{number()[1:]}@example.org"
    contact = only(alice, imported(alice, [entry(1, "", emails=[address])]))
    invite = one_invited(alice, contact, "email")
    (message,) = wait_for_messages(address)
    assert "Alice" in message["subject"]
    assert message["text"].endswith(token_of(invite))
    (refused,) = invited(alice, contacts=[contact], channel="sms")
    assert refused["error"]["code"] == "validation"


def test_registering_with_the_number_credits_the_earliest(
    alice: Person, bob: Person, newcomer: Newcomer
) -> None:
    phone = number()
    first = one_invited(alice, has(alice, phone))
    second = one_invited(bob, has(bob, phone))
    carol = newcomer(phone=phone)
    until(errands_done)
    assert current(alice, first)["state"] == current(bob, second)["state"] == "created"
    assert "user" not in current(alice, first)
    assert {*kinds(alice), *kinds(bob)} == {"import.finished"}
    findable(carol)
    until(errands_done)
    assert state_of(bob, has(bob, phone)) == "matched"


def test_inviters_learn_of_somebody_who_lets_them(alice: Person, bob: Person) -> None:
    """The one who is credited by the invitation, everybody else as of any contact."""
    from django.db import transaction

    from accounts.models import User
    from contacts.inviting.crediting import credit
    from tests.people import make_person

    phone = number()
    contact = has(alice, phone)
    first = one_invited(alice, contact)
    second = one_invited(bob, has(bob, phone))
    carol = make_person(alice.server, "carol")
    carol.http.close()
    until(errands_done)  # she is credited below, and not by the errand of her registration
    User.objects.filter(pk=int(carol.id)).update(
        phone=phone, phone_verified=True, discoverable_by="everyone"
    )
    with transaction.atomic():
        told = credit(int(carol.id), "")
    assert [(one.kind, one.recipients) for one in told.news] == [
        ("invite.accepted", [int(alice.id)])
    ]
    assert current(alice, first)["state"] == "registered"
    assert current(bob, second)["state"] == "created"


def test_ones_own_link_is_for_any_number_of_people(alice: Person, newcomer: Newcomer) -> None:
    (result,) = invited(alice, channel="link")
    assert result["contact"] is None
    link = result["invite"]
    assert invited(alice, channel="link")[0]["invite"]["id"] == link["id"]
    for _ in range(2):
        newcomer(invite=token_of(link))
    until(lambda: current(alice, link)["joined"] == 2)
    assert current(alice, link)["state"] == "created"
    until(lambda: "invite.accepted" in kinds(alice))
    alice.delete(f"/contacts/invites/{link['id']}")
    fresh = invited(alice, channel="link")[0]["invite"]
    assert fresh["id"] != link["id"]
    newcomer(invite=token_of(link))
    until(errands_done)
    assert [current(alice, one)["joined"] for one in (link, fresh)] == [2, 0]


def test_nobody_is_credited_twice_or_by_themselves(alice: Person, newcomer: Newcomer) -> None:
    invite = one_invited(alice, has(alice, number()))
    newcomer(invite=token_of(invite))
    until(lambda: current(alice, invite)["state"] == "registered")
    before = current(alice, invite)
    newcomer(invite=token_of(invite))
    newcomer(invite="no token of ours")
    until(errands_done)
    assert current(alice, invite) == before


def test_a_revoked_or_expired_invitation_brings_nobody(alice: Person, newcomer: Newcomer) -> None:
    from django.utils import timezone

    from contacts.models import Invite

    revoked = one_invited(alice, has(alice, number()))
    alice.delete(f"/contacts/invites/{revoked['id']}")
    (expired,) = invited(alice, channel="link")
    late = Invite.objects.filter(pk=int(expired["invite"]["id"]))
    late.update(expires_at=timezone.now())
    for invite, state in ((revoked, "revoked"), (expired["invite"], "expired")):
        newcomer(invite=token_of(invite))
        assert alice.get(f"/invites/{token_of(invite)}")["state"] == state
        assert current(alice, invite)["joined"] == 0
    assert invited(alice, channel="link")[0]["invite"]["id"] != expired["invite"]["id"]


def test_fifty_invitations_a_day(alice: Person) -> None:
    job = imported(alice, [entry(ref, f"N {ref:02}", number()) for ref in range(52)])
    ids = [one["contact"] for one in outcomes(alice, job)]
    results = invited(alice, all=True, channel="link", **{"except": [ids[0]]})
    assert [result["contact"] for result in results] == ids[1:]
    errors = [result["error"] for result in results if "error" in result]
    assert [error["code"] for error in errors] == ["rate_limited"]
    assert errors[0]["retry_after"] > 80_000
    again = invited(alice, contacts=[ids[1], "17", ids[51]], channel="link")
    assert again[0]["invite"]["id"] == results[0]["invite"]["id"]
    assert [result["error"]["code"] for result in again[1:]] == ["not_found", "rate_limited"]


def test_text_messages_go_where_codes_go(alice: Person) -> None:
    """The service itself, under settings that each stop a message."""
    from django.test import override_settings

    from accounts.services import sms_counts

    job = imported(alice, [entry(ref, "", phone) for ref, phone in enumerate(
        (number(), number(), "+43 800 201 000", number())
    )])  # fmt: skip
    mobile, other, dear, late = [one["contact"] for one in outcomes(alice, job)]
    with override_settings(SMS_COUNTRIES=["DE"]):
        assert errors_of(alice, mobile) == ["validation"]
    with override_settings(SMS_BACKEND="outbox", OUTBOX_DIR=""):
        assert errors_of(alice, mobile) == ["unavailable"]
        assert errors_of(alice, mobile, channel="link") == [None]
    spent = sms_counts.sent_at_all(sms_counts.DAY)
    codes = sms_counts.everywhere(sms_counts.DAY)
    with override_settings(RATE_LIMITS="enforce", SMS_DAILY_LIMIT=spent + 2):
        outcome = errors_of(alice, mobile, dear, other, late)
    assert outcome == [None, "validation", None, "rate_limited"]
    assert sms_counts.sent_at_all(sms_counts.DAY) == spent + 2
    assert sms_counts.everywhere(sms_counts.DAY) == codes


def errors_of(person: Person, *chosen: str, channel: Any = "sms") -> list[str | None]:
    """The code of each contact's error."""
    from contacts.doors.inputs import InviteGiven
    from contacts.inviting.inviting import invite

    given = InviteGiven(contacts=list(chosen), channel=channel)
    results = invite(user_id=int(person.id), given=given, request_id="1").results
    return [one.error["code"] if isinstance(one.error, dict) else None for one in results]


def test_the_landing_page_needs_no_login_and_runs_nothing(alice: Person) -> None:
    alice.patch("/me", {"name": "<script>alert(1)</script>"})
    (result,) = invited(alice, channel="link")
    link = result["invite"]["link"]
    page = httpx.get(link)
    assert page.status_code == 200
    assert "<script" not in page.text
    assert "&lt;script&gt;" in page.text
    assert f"/?invite={token_of(result['invite'])}" in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]
    gone = httpx.get(link[:-2] + "xx")
    assert gone.status_code == 404
    assert "no longer good" in gone.text


def test_a_link_is_drawn_to_be_scanned_and_opens_nothing_by_that(alice: Person) -> None:
    invite = one_invited(alice, has(alice, number()))
    drawn = httpx.get(f"{invite['link']}/qr.svg")
    assert drawn.status_code == 200
    assert drawn.headers["content-type"] == "image/svg+xml"
    assert "default-src 'none'" in drawn.headers["content-security-policy"]
    expected = segno.make(invite["link"], error="m", micro=False).svg_inline()
    (modules,) = re.findall(r' d="([^"]+)"', expected)
    assert modules in drawn.text
    assert current(alice, invite)["state"] == "created"
    other = "B" if invite["link"].endswith("A") else "A"
    assert httpx.get(f"{invite['link'][:-1]}{other}/qr.svg").status_code == 404
    assert httpx.post(f"{invite['link']}/qr.svg").status_code == 405


def test_phones_learn_which_app_opens_links(server: str) -> None:
    apple = httpx.get(f"{server}/.well-known/apple-app-site-association")
    android = httpx.get(f"{server}/.well-known/assetlinks.json")
    assert apple.json() == {"applinks": {"details": []}}
    assert android.json() == []
    assert apple.headers["content-type"] == android.headers["content-type"] == "application/json"


def test_who_wants_to_be_in_no_book_is_taken_out(
    alice: Person, bob: Person, newcomer: Newcomer
) -> None:
    phone, other = number(), number()
    contact = has(alice, phone)
    both = only(bob, imported(bob, [entry(1, "Both", phone, other)]))
    invite = one_invited(alice, contact)
    with client(alice.server) as anybody:
        challenge = anybody.post("/contacts/optout", json={"phone": phone}).json()
        code = wait_for_messages(phone)[0]["text"].split()[-1]
        given = {"challenge": challenge["challenge"], "code": code}
        assert anybody.post("/contacts/optout/verify", json=given).status_code == 204
        assert anybody.post("/contacts/optout", json={}).status_code == 400
    until(lambda: alice.http.get(f"/contacts/{contact}").status_code == 404)
    until(errands_done)
    assert [p["e164"] for p in bob.get(f"/contacts/{both}")["phones"]] == [other]
    assert current(alice, invite)["state"] == "revoked"
    (again,) = outcomes(alice, imported(alice, [entry(1, "Bob", phone)]))
    assert (again["outcome"], again["reason"]) == ("invalid", "opted_out")
    newcomer(phone=phone)
    (lifted,) = outcomes(alice, imported(alice, [entry(1, "Bob", phone)]))
    assert lifted["outcome"] == "invitable"
