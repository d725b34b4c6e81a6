"""The copy of one's own data: with one's files, wherever they lie, and kept there itself."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import httpx

from tests.accounts.test_leaving import wait_for_export
from tests.files.stores.conftest import Pair
from tests.files.stores.places import Place
from tests.files.uploads import uploaded
from tests.people import PASSWORD, TLS, Person


def copy_of(person: Person) -> tuple[zipfile.ZipFile, str]:
    """The archive, and where it was fetched from."""
    export = person.post("/me/export", status=202)
    ready = wait_for_export(person, export["id"])
    assert (ready["state"], ready["progress"]) == ("ready", 100)
    answer = httpx.get(ready["url"], verify=TLS).raise_for_status()
    assert "confab-export.zip" in answer.headers["Content-Disposition"]
    return zipfile.ZipFile(io.BytesIO(answer.content)), ready["url"]


def send(person: Person, chat: str, file: Any) -> Any:
    body = {"client_id": f"file {file['id']}", "file": file["id"]}
    return person.post(f"/chats/{chat}/messages", body, 201)


def media(archive: zipfile.ZipFile) -> dict[str, bytes]:
    names = [name for name in archive.namelist() if name.startswith("media/")]
    return {name.removeprefix("media/"): archive.read(name) for name in names}


def test_my_files_come_along_and_nobody_elses(pair: Pair) -> None:
    alice, bob, chat = pair
    sent = uploaded(alice, b"what I sent", "sent notes.txt")
    kept = uploaded(alice, b"what I have not sent", "../kept.txt")
    theirs = uploaded(bob, b"what I was sent", "theirs.txt")
    send(alice, chat, sent)
    send(bob, chat, theirs)
    archive, _ = copy_of(alice)
    assert media(archive) == {
        f"{sent['id']} sent notes.txt": b"what I sent",
        f"{kept['id']} .._kept.txt": b"what I have not sent",
    }
    assert archive.testzip() is None
    listed = [json.loads(line) for line in archive.read("files.jsonl").splitlines()]
    assert [file["id"] for file in listed] == [sent["id"], kept["id"]]


def test_what_i_may_no_longer_read_stays_out(pair: Pair) -> None:
    alice, _, chat = pair
    files = [uploaded(alice, f"number {n}".encode()) for n in range(3)]
    messages = [send(alice, chat, file) for file in files]
    for message, for_whom in zip(messages[:2], ("me", "everyone"), strict=True):
        path = f"/chats/{chat}/messages/{message['number']}"
        alice.delete(path, **{"for": for_whom})
    archive, _ = copy_of(alice)
    assert list(media(archive).values()) == [b"number 2"]


def test_a_link_lives_as_long_as_the_copy(pair: Pair, place: Place) -> None:
    alice = pair.alice
    _, url = copy_of(alice)
    alice.call("DELETE", "/me", 202, {"password": PASSWORD})
    from tests.accounts.test_leaving import wait_for_erasure

    erasure = wait_for_erasure(alice)
    assert erasure.stores["exports"]["erased"] == 1
    assert httpx.get(url, verify=TLS).status_code == 404
    assert place.url not in url or not place.gate


def test_a_store_that_is_away_fails_the_copy_and_asking_again_makes_it(
    s3_pair: Pair, on_s3: Place
) -> None:
    alice = s3_pair.alice
    uploaded(alice, b"what I sent")
    assert on_s3.gate
    on_s3.gate.shut()
    export = alice.post("/me/export", status=202)
    assert wait_for_export(alice, export["id"])["state"] == "failed"
    assert parts_left() == []
    on_s3.gate.open()
    archive, _ = copy_of(alice)
    assert list(media(archive).values()) == [b"what I sent"]
    assert parts_left() == []


def parts_left() -> list[str]:
    """Of copies that are no longer being written."""
    from django.conf import settings

    folder = Path(settings.DATA_DIR) / "exports"
    return [path.name for path in folder.glob("*") if path.suffix != ".zip"]
