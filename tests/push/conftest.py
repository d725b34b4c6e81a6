from __future__ import annotations

import base64
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import TypeVar

import pytest
from django.test import override_settings

from feed.push.reaching import Reaching
from tests.push import apple as apples
from tests.push.apple import AppleService
from tests.push.browsers import WebPushService
from tests.push.company import Company, open_for_business
from tests.push.google import GoogleService

C = TypeVar("C", bound=Company)

VAPID_KEY = base64.urlsafe_b64encode(b"\x01" * 32).decode().rstrip("=")


@pytest.fixture(scope="session")
def _browsers() -> Iterator[WebPushService]:
    company = WebPushService()
    with open_for_business(company):
        yield company


@pytest.fixture(scope="session")
def _apple() -> Iterator[AppleService]:
    company = AppleService()
    with open_for_business(company):
        yield company


@pytest.fixture(scope="session")
def _google() -> Iterator[GoogleService]:
    company = GoogleService()
    with open_for_business(company):
        yield company


@pytest.fixture
def browsers(_browsers: WebPushService) -> WebPushService:
    return _quiet(_browsers)


@pytest.fixture
def apple(_apple: AppleService) -> AppleService:
    return _quiet(_apple)


@pytest.fixture
def google(_google: GoogleService) -> GoogleService:
    return _quiet(_google)


def _quiet(company: C) -> C:
    """Without what is left of the last test."""
    for left in (company.arrived, company.asked, company.refused, company.troubles, company.after):
        left.clear()
    return company


@pytest.fixture(scope="session")
def keys_of_push(
    tmp_path_factory: pytest.TempPathFactory, _apple: AppleService, _google: GoogleService
) -> dict[str, str]:
    """The environment of a server that pushes to the companies of these tests."""
    folder: Path = tmp_path_factory.mktemp("push")
    (folder / "apns.p8").write_bytes(_apple.key_file())
    (folder / "fcm.json").write_text(_google.key_file())
    return {
        "VAPID_PRIVATE_KEY": VAPID_KEY,
        "VAPID_SUBJECT": "mailto:push@chat.example",
        "FCM_CREDENTIALS": str(folder / "fcm.json"),
        "FCM_URL": _google.url,
        "APNS_KEY": str(folder / "apns.p8"),
        "APNS_KEY_ID": apples.KEY_ID,
        "APNS_TEAM_ID": apples.TEAM_ID,
        "APNS_TOPIC": apples.TOPIC,
        "APNS_URL": _apple.url,
        "PUSH_ALLOW_PRIVATE": "1",
    }


@pytest.fixture
def push_settings(keys_of_push: dict[str, str]) -> Iterator[None]:
    """The same for the tests' own process."""
    with override_settings(**{**keys_of_push, "PUSH_ALLOW_PRIVATE": True}):
        yield


@pytest.fixture
async def reaching(push_settings: None) -> AsyncIterator[Reaching]:
    reaching = Reaching()
    yield reaching
    await reaching.close()
