"""An address book on the page: imported, looked through, invited from, undone and forgotten."""

from __future__ import annotations

import base64
import secrets
from pathlib import Path
from typing import TYPE_CHECKING

import httpx

from tests.browser.conftest import Visit
from tests.browser.visitor import Visitor, sent_code
from tests.contacts.books import findable, number
from tests.people import PASSWORD
from tests.waiting import until

if TYPE_CHECKING:
    from playwright.sync_api import FilePayload

DROP = """([name, data]) => {
  const bytes = Uint8Array.from(atob(data), (char) => char.charCodeAt(0));
  const dataTransfer = new DataTransfer();
  dataTransfer.items.add(new File([bytes], name));
  const target = document.querySelector("dialog.contacts .drop-here");
  for (const type of ["dragover", "drop"])
    target.dispatchEvent(new DragEvent(type, { bubbles: true, cancelable: true, dataTransfer }));
}"""


def _csv(*rows: str) -> bytes:
    return "\n".join(["Name,Phone,E-mail", *rows]).encode()


def _file(name: str, content: bytes) -> FilePayload:
    return {"name": name, "mimeType": "text/csv", "buffer": content}


def _open(visitor: Visitor, leaf: str) -> None:
    visitor.button("Contacts").click()
    visitor.page.get_by_role("tab", name=leaf).click()


def _drop(visitor: Visitor, name: str, content: bytes) -> None:
    visitor.page.evaluate(DROP, [name, base64.b64encode(content).decode()])


def test_a_file_is_dropped_looked_at_and_undone(visit: Visit, tmp_path: Path) -> None:
    alice, bob = visit(), visit(width=390)
    person, other = alice.come_as("alice"), bob.come_as("bob")
    findable(other)
    _open(alice, "Import")
    rows = [f"Robert,,{other.email}", "Carol Nobody,+436641234567,", "Nothing,,"]
    _drop(alice, "book.csv", _csv(*rows))
    card = alice.page.locator(".import")
    card.get_by_text("1 on Confab, 1 not here yet, 1 with problems.").wait_for()
    card.get_by_text("One problem").click()
    card.get_by_text("no number and no e-mail address").wait_for()
    with alice.page.expect_download() as download:
        alice.button("Download as CSV").click()
    assert "Nothing" in Path(download.value.path()).read_text(encoding="utf-8-sig")
    alice.page.reload()  # what was imported here can still be undone
    _open(alice, "People")
    alice.button("Message Robert").wait_for()
    alice.button("Invite Carol Nobody").wait_for()
    alice.page.get_by_role("tab", name="Import").click()
    alice.button("Undo: book.csv").click()
    alice.page.get_by_text("Your contacts are as they were before.").wait_for()
    alice.page.get_by_role("tab", name="People").click()
    alice.page.get_by_text("No contacts yet.").wait_for()
    assert person.get("/contacts")["results"] == []


def test_somebody_found_is_written_to_and_a_book_is_forgotten(visit: Visit) -> None:
    alice, bob = visit(width=390), visit()
    alice.come_as("alice")
    other = bob.come_as("bob")
    findable(other)
    _open(alice, "Import")
    choose = alice.page.get_by_label("Contacts file")
    choose.set_input_files([_file("book.csv", _csv(f"Robert,,{other.email}"))])
    alice.page.get_by_text("1 on Confab, 0 not here yet.").wait_for()
    alice.page.get_by_role("tab", name="People").click()
    alice.button("Message Robert").click()
    alice.say("found you")
    bob.unread("Alice", 1)
    alice.button("Back to the chats").click()
    _open(alice, "People")
    alice.button("Forget my contacts…").click()
    alice.button("Forget them").click()
    alice.page.get_by_text("No contacts yet.").wait_for()
    choose.wait_for(state="detached")


def test_an_invited_person_joins_and_the_inviter_sees_it(visit: Visit) -> None:
    alice, carol = visit(), visit(width=390)
    person = alice.come_as("alice")
    email = f"carol.{secrets.token_hex(6)}@example.com"
    _open(alice, "Import")
    _drop(alice, "book.csv", _csv(f"Carol,,{email}"))
    alice.page.get_by_text("0 on Confab, 1 not here yet.").wait_for()
    alice.page.get_by_role("tab", name="People").click()
    alice.button("Invite Carol").click()
    alice.button("With a link that I pass on").click()
    link = alice.page.get_by_label("Link of the invitation").input_value()
    code = alice.page.get_by_alt_text("QR code of the link")
    assert code.evaluate("image => image.decode().then(() => image.naturalWidth > 0)")
    alice.button("Done").click()

    carol.page.goto(link)
    carol.page.get_by_text("invites you to Confab.").wait_for()
    carol.page.get_by_role("link", name="Accept the invitation").click()
    carol.page.get_by_role("status").get_by_text("Alice invites you to Confab.").wait_for()
    assert "invite" not in carol.page.url
    carol.page.get_by_label("Your name").fill("Carol")
    carol.page.get_by_label("E-mail address").fill(email)
    carol.page.get_by_label("Password", exact=True).fill(PASSWORD)
    carol.button("Continue").click()
    carol.page.get_by_label("Code").fill(sent_code(email))
    carol.is_online()

    alice.page.get_by_role("tab", name="People").press("ArrowRight")
    alice.page.locator('.entry[data-state="registered"]').filter(has_text="Carol").wait_for()
    alice.button("Show my link").click()
    own = alice.page.get_by_label("Link of the invitation").input_value()
    alice.button("Take back: Whoever has the link").click()
    alice.button("Show my link").wait_for()
    token = own.rsplit("/", 1)[1]

    alice.page.goto(f"{alice.page.url.split('#')[0]}?invite={token}")
    alice.page.get_by_text("You are here already").wait_for()
    alice.is_online()
    assert "invite" not in alice.page.url
    assert httpx.get(f"{person.server}/api/v1/invites/{token}").json()["state"] == "revoked"


def test_an_invitation_goes_with_a_sign_up_by_phone_and_a_dead_one_is_told(visit: Visit) -> None:
    alice, carol = visit(), visit(width=390)
    person = alice.come_as("alice")
    invite = person.post("/contacts/invites", {"channel": "link"})["results"][0]["invite"]
    token = invite["link"].rsplit("/", 1)[1]
    site = carol.page.url
    carol.page.goto(f"{site}?invite={token[:-2]}xx")
    carol.page.get_by_text("This invitation is no longer good.").wait_for()
    carol.page.goto(f"{site}?invite={token}")
    carol.page.get_by_text("Alice invites you to Confab.").wait_for()
    carol.page.reload()  # the tab keeps it
    carol.page.get_by_text("Alice invites you to Confab.").wait_for()
    phone = number().removeprefix("+43")
    carol.register_by_phone(phone)
    carol.page.get_by_label("Code").fill(sent_code(f"+43{phone}"))
    carol.is_online()
    assert carol.page.evaluate("sessionStorage.length") == 0
    until(lambda: person.get("/contacts/invites")["results"][0]["joined"] == 1)


def test_a_contact_is_edited_all_are_invited_and_one_wants_to_be_in_no_book(visit: Visit) -> None:
    alice, carol = visit(width=390), visit()
    person = alice.come_as("alice")
    email = f"carol.{secrets.token_hex(6)}@example.com"
    _open(alice, "Import")
    _drop(alice, "book.csv", _csv(f"Karl,,wrong.{email}", "Dave,+436641234567,"))
    alice.page.get_by_text("0 on Confab, 2 not here yet.").wait_for()
    alice.page.get_by_role("tab", name="People").click()
    alice.button("More about Karl").click()
    alice.page.get_by_role("menuitem", name="Edit").click()
    alice.page.get_by_label("Name", exact=True).fill("Carol")
    alice.page.get_by_label("E-mail address", exact=True).fill(email)
    alice.button("Save").click()
    alice.button("Invite Carol").wait_for()
    alice.button("Invite everyone…").click()
    alice.button("By e-mail").click()
    alice.page.get_by_role("status").get_by_text("1 is invited.").wait_for()
    alice.page.get_by_text("1 cannot be reached this way").wait_for()
    alice.button("Done").click()

    invite = until(lambda: person.get("/contacts/invites")["results"][0])
    carol.page.goto(invite["link"])
    carol.page.get_by_role("link", name="I want no invitations").click()
    carol.page.get_by_label("Phone number (as +43…) or e-mail address").fill(email)
    carol.button("Send me a code").click()
    carol.page.get_by_label("Code").fill(sent_code(email))
    carol.page.get_by_text("You are out").wait_for()
    alice.button("Invite Carol").wait_for(state="detached")
    assert [one["name"] for one in person.get("/contacts")["results"]] == ["Dave"]
