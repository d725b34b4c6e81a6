"""What operators see of files."""

from __future__ import annotations

import re

import httpx
import pytest

from tests.accounts.test_operators import operator
from tests.files.uploads import announced
from tests.people import Person


def test_an_operator_sees_files_and_changes_none(alice: Person) -> None:
    file = announced(alice, b"x", "secret plan.txt")["id"]
    browser = operator()
    listed = browser.get("/admin/files/file/", {"q": alice.id})
    shown = browser.get(f"/admin/files/file/{file}/change/")
    for page in (listed, shown):
        assert page.status_code == 200
        assert file in page.content.decode()
        assert "secret plan" not in page.content.decode()
    for path in (f"{file}/change/", f"{file}/delete/", "add/"):
        assert browser.post(f"/admin/files/file/{path}", {"state": "ready"}).status_code == 403
    assert alice.get(f"/files/{file}")["state"] == "pending"


def test_an_operator_sees_what_is_not_erased_yet(alice: Person) -> None:
    from project.files.models import Erasure, new_key

    key = new_key()
    erasure = Erasure.objects.create(file_id=1, owner_id=int(alice.id), key=key, cause="unused")
    browser = operator()
    for query in ({"q": key}, {"finished_at__isempty": "1", "cause": "unused"}):
        assert str(erasure.pk) in browser.get("/admin/files/erasure/", query).content.decode()
    assert browser.get(f"/admin/files/erasure/{erasure.pk}/change/").status_code == 200


@pytest.mark.parametrize("path", ["file/", "erasure/"])
def test_files_are_closed_to_others(alice: Person, server: str, path: str) -> None:
    page = httpx.get(f"{server}/admin/files/{path}", headers=alice.http.headers)
    assert page.status_code == 302


def test_states_are_counted(alice: Person, server: str) -> None:
    def count() -> float:
        page = httpx.get(f"{server}/metrics").text
        found = re.search(r'confab_files_total{reason="",state="pending"} (\S+)', page)
        return float(found[1]) if found else 0

    before = count()
    announced(alice, b"x")
    assert count() == before + 1
