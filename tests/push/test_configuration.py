"""A server that could not push says so when it starts."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import override_settings

from feed.push.configuration import check_settings
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


def test_it_starts_with_a_key_and_an_address_or_says_what_is_wrong() -> None:
    assert start(**GOOD) == ""
    said = start(**GOOD | {"VAPID_SUBJECT": "mailto:push@localhost"})
    assert "VAPID_SUBJECT" in said.rpartition("ImproperlyConfigured")[2]


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
    refused = pytest.raises(ImproperlyConfigured, match=next(iter(wrong)))
    with override_settings(**GOOD | wrong), refused:
        check_settings()


def test_a_key_file_of_another_kind_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "key.json"
    file.write_text(json.dumps({"type": "authorized_user"}))
    refused = pytest.raises(ImproperlyConfigured, match="FCM_CREDENTIALS must have")
    with override_settings(FCM_CREDENTIALS=str(file)), refused:
        check_settings()


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
