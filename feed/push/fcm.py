"""Firebase Cloud Messaging, HTTP v1, by a service account."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from typing import Any, NamedTuple

import msgspec
from django.conf import settings
from google.auth.exceptions import GoogleAuthError
from google.oauth2.service_account import Credentials

from feed.push import payloads
from feed.push.configuration import fcm_credentials
from feed.push.connection import Response, Unreachable
from feed.push.endpoints import base_of
from feed.push.reaching import DIAL_SECONDS, SECONDS, Reaching
from feed.push.service import Outcome, Push, later

SCOPE = "https://www.googleapis.com/auth/firebase.messaging"
TTL = "86400s"
REFUSED_SECONDS = 5.0
"""How long no token is asked for after Google gave none."""


class Fcm:
    def __init__(self, reaching: Reaching) -> None:
        self._reaching = reaching
        self._tokens = AccessTokens(reaching)
        self._origin, base = base_of(settings.FCM_URL)
        self._path = f"{base}/v1/projects/{fcm_credentials()['project_id']}/messages:send"

    async def send(self, push: Push) -> Outcome:
        token = await self._tokens.current()
        body = msgspec.json.encode({"message": message(push)})
        headers = [
            ("authorization", f"Bearer {token}"),
            ("content-type", "application/json"),
            ("content-length", str(len(body))),
        ]
        response = await self._reaching.request(self._origin, self._path, headers, body)
        if response.status == 401:
            self._tokens.forget(token)
        return _read(response)


def message(push: Push) -> dict[str, Any]:
    """A data message: messages with a `notification` replace one another for a device that is
    away, whatever they are about, and are held to one in three minutes."""
    priority = "normal" if push.retract else "high"
    android = {"priority": priority, "ttl": TTL}
    return {"token": push.token, "data": payloads.for_fcm(push), "android": android}


class AccessTokens:
    """Google's access token, an hour long. `google-auth` waits while it fetches one, so it does
    that in a thread; what it asks goes over our own connections, within our own times."""

    def __init__(self, reaching: Reaching) -> None:
        self._reaching = reaching
        make = Credentials.from_service_account_info
        self._credentials = make(fcm_credentials(), scopes=[SCOPE])  # type: ignore[no-untyped-call]
        self._fetching = asyncio.Lock()
        self._refused_until = 0.0

    async def current(self) -> str:
        """Raises Unreachable when there is none."""
        if not self._credentials.valid:
            async with self._fetching:
                if not self._credentials.valid:
                    await self._fetch()
        return str(self._credentials.token)

    def forget(self, token: str) -> None:
        """FCM would not take it."""
        if self._credentials.token == token:
            self._credentials.token = None

    async def _fetch(self) -> None:
        if time.monotonic() < self._refused_until:
            raise Unreachable("no access token")
        loop = asyncio.get_running_loop()
        try:
            await asyncio.to_thread(self._credentials.refresh, _Transport(self._reaching, loop))
        except (GoogleAuthError, TimeoutError, Unreachable) as error:
            self._refused_until = time.monotonic() + REFUSED_SECONDS
            raise Unreachable(f"no access token: {type(error).__name__}") from None


class _Transport:
    """How `google-auth` makes its calls, from its thread."""

    def __init__(self, reaching: Reaching, loop: asyncio.AbstractEventLoop) -> None:
        self._reaching = reaching
        self._loop = loop

    def __call__(
        self,
        url: str,
        method: str = "GET",
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        timeout: float | None = None,
        **more: Any,
    ) -> _Answer:
        origin, path = base_of(url)
        content = body or b""
        fields = [(name.lower(), value) for name, value in (headers or {}).items()]
        fields.append(("content-length", str(len(content))))
        asking = self._reaching.request(origin, path, fields, content, method)
        future = asyncio.run_coroutine_threadsafe(asking, self._loop)
        response = future.result(DIAL_SECONDS + SECONDS)
        return _Answer(response.status, response.headers, response.body)


class _Answer(NamedTuple):
    """As `google-auth` reads it."""

    status: int
    headers: Mapping[str, str]
    data: bytes


class _Detail(msgspec.Struct):
    errorCode: str = ""


class _Error(msgspec.Struct):
    status: str = ""
    details: list[_Detail] = []


class _Refusal(msgspec.Struct):
    error: _Error


def _read(response: Response) -> Outcome:
    if response.status == 200:
        return Outcome("sent")
    try:
        error = msgspec.json.decode(response.body, type=_Refusal).error
        reason = next((each.errorCode for each in error.details if each.errorCode), error.status)
    except msgspec.DecodeError:
        reason = str(response.status)
    if reason in ("UNREGISTERED", "NOT_FOUND", "SENDER_ID_MISMATCH"):
        return Outcome("dead", reason)
    if response.status in (401, 429) or response.status >= 500:
        return later(response, reason)
    return Outcome("failed", reason[:60])
