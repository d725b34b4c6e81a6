"""The one error object, shown alike by REST and by the socket (RFC 9457, "problem details").

A service raises `Problem`; a door calls `Problem.body()`. `code` is API: clients branch on it, so a
code is added but never reworded. `CODES` is the whole list.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

TYPE_PREFIX = "https://confab.chat/problems/"


class Code(NamedTuple):
    status: int
    title: str


CODES: dict[str, Code] = {
    "validation": Code(400, "The request is not valid"),
    "wrong_code": Code(400, "The code is wrong"),
    "unauthenticated": Code(401, "Credentials are missing or not valid"),
    "token_expired": Code(401, "The access token has expired"),
    "bad_credentials": Code(401, "The credentials do not match an account"),
    "forbidden": Code(403, "This is not allowed"),
    "not_found": Code(404, "There is no such thing, or it is not yours"),
    "method_not_allowed": Code(405, "The method is not allowed here"),
    "identity_taken": Code(409, "This identity belongs to another account"),
    "last_identity": Code(409, "The last way into an account cannot be removed"),
    "client_id_reused": Code(409, "This client_id was used with other content"),
    "version_conflict": Code(409, "The thing has changed meanwhile"),
    "link_required": Code(409, "The account must be linked first"),
    "need_full": Code(409, "A full upload is needed"),
    "challenge_spent": Code(410, "The challenge can no longer be answered"),
    "reset": Code(410, "The log no longer reaches back to this position"),
    "too_large": Code(413, "The request is too large"),
    "unsupported_media": Code(415, "The content type is not supported"),
    "rate_limited": Code(429, "Too many requests"),
    "internal": Code(500, "Something went wrong on our side"),
    "unavailable": Code(503, "A part this needs is away for the moment"),
}


class FieldError(NamedTuple):
    """One field's error. `pointer` is a JSON pointer (RFC 6901) into the input: `/text`."""

    pointer: str
    code: str
    detail: str


class Problem(Exception):
    """A refusal that the client is told about.

    `members` stand beside the standard ones (`attempts_left`, `ticket`, `reason`, `epoch`, `pts`).
    `retry_after` is in seconds.
    """

    def __init__(
        self,
        code: str,
        detail: str = "",
        *,
        errors: Sequence[FieldError] = (),
        retry_after: int | None = None,
        **members: Any,
    ) -> None:
        super().__init__(code, detail)
        self.code = code
        self.status, self.title = CODES[code]
        self.detail = detail or self.title
        self.errors = errors
        self.retry_after = retry_after
        self.members = members

    def body(self, request_id: str) -> dict[str, Any]:
        """The error object, ready for JSON."""
        body: dict[str, Any] = {
            "type": TYPE_PREFIX + self.code,
            "title": self.title,
            "status": self.status,
            "code": self.code,
            "detail": self.detail,
            "request_id": request_id,
            "errors": [error._asdict() for error in self.errors],
            **self.members,
        }
        if self.retry_after is not None:
            body["retry_after"] = self.retry_after
        return body


def invalid(pointer: str, detail: str, code: str = "invalid") -> Problem:
    """A `validation` problem about one field; `pointer` is a JSON pointer such as `/text`."""
    return Problem("validation", f"{pointer}: {detail}", errors=[FieldError(pointer, code, detail)])
