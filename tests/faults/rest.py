"""The REST door as a device uses it: an answer, a refusal, or an outcome that is not known."""

from __future__ import annotations

import random
from typing import Any

import httpx

Json = dict[str, Any]

TRY_AGAIN = {"unavailable", "rate_limited", "internal"}


class Unknown(Exception):
    """Whether it happened is not known; the same request must be made again."""


class Refused(Exception):
    """It did not happen and never will: the error's code."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code


def judge(error: Json) -> Exception:
    """What a device makes of an error object."""
    code = str(error.get("code"))
    return Unknown(code) if code in TRY_AGAIN else Refused(code, str(error.get("detail")))


class Rest:
    """All web processes behind one name, as a load balancer without health checks would be."""

    def __init__(self, bases: list[str], rng: random.Random) -> None:
        self.bases = bases
        self._rng = rng
        limits = httpx.Limits(max_connections=200, max_keepalive_connections=0)
        self._client = httpx.AsyncClient(timeout=8, limits=limits, trust_env=False)

    def any_base(self) -> str:
        return self._rng.choice(self.bases)

    async def call(
        self, access: str, method: str, path: str, body: Json | None = None, **query: Any
    ) -> Any:
        """The answer's JSON (None for 204). Raises Unknown or Refused."""
        headers = {"Authorization": f"Bearer {access}"} if access else {}
        url = f"{self.any_base()}/api/v1{path}"
        try:
            answer = await self._client.request(
                method, url, json=body, params=query or None, headers=headers
            )
        except httpx.HTTPError as error:
            raise Unknown(repr(error)) from error
        if answer.is_success:
            return answer.json() if answer.content else None
        try:
            problem = answer.json()
        except ValueError:
            raise Unknown(f"{answer.status_code} without a problem") from None
        raise judge(problem)

    async def close(self) -> None:
        await self._client.aclose()
