"""A server that could not push says so when it starts."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from project.embedded import Secrets
from project.launch.place import ROOT, read_place

KEY = base64.urlsafe_b64encode(b"\x01" * 32).decode().rstrip("=")
GOOD = {"VAPID_PRIVATE_KEY": KEY, "VAPID_SUBJECT": "mailto:push@chat.example"}


def start(**environment: str) -> str:
    """What a process that starts says before it ends; nothing if all is well."""
    run = subprocess.run(
        [sys.executable, "-c", "import django; django.setup()"],
        cwd=ROOT,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "project.settings", **environment},
        stderr=subprocess.PIPE,
        text=True,
    )
    return run.stderr


def test_it_starts_with_a_key_and_an_address() -> None:
    assert start(**GOOD) == ""


@pytest.mark.parametrize(
    "wrong",
    [
        {"VAPID_PRIVATE_KEY": "short"},
        {"VAPID_SUBJECT": "mailto:push@localhost"},
        {"APNS_URL": "http://127.0.0.1:1"},
        {"APNS_KEY": "/nowhere.p8"},
        {"FCM_CREDENTIALS": "/nowhere.json"},
    ],
    ids=lambda wrong: next(iter(wrong)),
)
def test_what_is_wrong_is_named(wrong: dict[str, str]) -> None:
    assert next(iter(wrong)) in start(**GOOD | wrong).rpartition("ImproperlyConfigured")[2]


def test_a_key_file_of_another_kind_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "key.json"
    file.write_text(json.dumps({"type": "authorized_user"}))
    assert "FCM_CREDENTIALS must have" in start(FCM_CREDENTIALS=str(file))


def test_the_launcher_makes_up_a_key_and_keeps_it(tmp_path: Path) -> None:
    place = read_place("run", {"DATA_DIR": str(tmp_path)})
    secrets = Secrets(tmp_path / "secrets.json")
    first = place.environment(secrets)["VAPID_PRIVATE_KEY"]
    assert place.environment(secrets)["VAPID_PRIVATE_KEY"] == first
    assert len(first) == 43
    given = read_place("run", {"DATA_DIR": str(tmp_path), "VAPID_PRIVATE_KEY": KEY})
    assert given.environment(secrets)["VAPID_PRIVATE_KEY"] == KEY
    insecure = read_place("serve", {"DATA_DIR": str(tmp_path)})
    assert "VAPID_PRIVATE_KEY" not in insecure.environment(secrets)
