"""How every failure of REST becomes the error object: DRF's, Django's, our own and crashes."""

from __future__ import annotations

import logging
import re
import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any

import msgspec
from django.core.exceptions import DisallowedHost, RequestDataTooBig, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse
from django.http.request import RawPostDataException, UnreadablePostError
from django.views.debug import SafeExceptionReporterFilter
from django.views.decorators.csrf import csrf_exempt
from rest_framework import exceptions

from project.database import sqlstates
from project.errors import Problem

logger = logging.getLogger(__name__)

_ACCEPTABLE_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")

_DRF = {
    exceptions.NotAuthenticated: "unauthenticated",
    exceptions.AuthenticationFailed: "unauthenticated",
    exceptions.PermissionDenied: "forbidden",
    exceptions.MethodNotAllowed: "method_not_allowed",
    exceptions.UnsupportedMediaType: "unsupported_media",
    exceptions.ParseError: "validation",
    exceptions.NotFound: "not_found",
    Http404: "not_found",
    RequestDataTooBig: "too_large",
    SuspiciousOperation: "validation",
    UnreadablePostError: "validation",
    RawPostDataException: "validation",
}


class RequestId:
    """Middleware: every request has an id, the client's if it sent a sane `X-Request-ID`; the
    answer and the log carry it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.request_id = request_id_for(request.headers.get("X-Request-ID", ""))  # type: ignore[attr-defined]
        response = self._refusal(request) or self.get_response(request)
        response["X-Request-ID"] = request.request_id  # type: ignore[attr-defined]
        return response

    @staticmethod
    def _refusal(request: HttpRequest) -> HttpResponse | None:
        """A foreign Host is refused here, also in development: Django would show a page there."""
        try:
            request.get_host()
        except DisallowedHost:
            return answer(Problem("validation", "This server is not called that."), request)
        return None


class NoSecrets(SafeExceptionReporterFilter):
    """Django's pages for developers, without our settings: addresses of engines hold passwords."""

    def get_safe_settings(self) -> dict[str, Any]:
        return {}

    def get_safe_request_meta(self, request: HttpRequest) -> dict[str, Any]:
        meta = super().get_safe_request_meta(request)
        return {name: value for name, value in meta.items() if name.startswith("HTTP_")}


def request_id_for(given: str) -> str:
    """The id that a client gave, if it is a sane one, else a new one."""
    return given if _ACCEPTABLE_ID.fullmatch(given) else uuid.uuid4().hex


def problem_for(error: BaseException) -> Problem:
    """The problem that `error` is told as; what is nobody's mistake becomes `internal`."""
    if isinstance(error, Problem):
        return error
    for kind, code in _DRF.items():
        if isinstance(error, kind):
            return Problem(code)
    if sqlstates.is_passing(error):
        return Problem("unavailable", retry_after=1)
    return Problem("internal")


def note(error: Exception, what: str) -> None:
    """Log what failed by no decision of ours; what is only away for the moment, by a line."""
    status = problem_for(error).status
    if isinstance(error, Problem) or status < 500:
        return
    if status == 503 and sqlstates.meaning_of(error) is not sqlstates.Meaning.OTHER_RELEASE:
        logger.warning("%s waits: %r", what, error)
    else:
        logger.error("%s failed", what, exc_info=error)


def exception_handler(error: Exception, context: dict[str, Any]) -> HttpResponse:
    """DRF's hook."""
    problem = problem_for(error)
    request = context["request"]
    note(error, f"{request.method} {request.path}")
    response = answer(problem, request)
    if isinstance(error, exceptions.MethodNotAllowed):
        response["Allow"] = ", ".join(context["view"].allowed_methods)
    return response


def answer(problem: Problem, request: Any) -> HttpResponse:
    inner = getattr(request, "_request", request)
    body = msgspec.json.encode(problem.body(getattr(inner, "request_id", "")))
    response = HttpResponse(body, status=problem.status, content_type="application/problem+json")
    if problem.retry_after is not None:
        response["Retry-After"] = str(problem.retry_after)
    if problem.status == 401:
        response["WWW-Authenticate"] = "Bearer"
    return response


@csrf_exempt  # where nothing is there is nothing to protect
def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """`handler404`."""
    return answer(Problem("not_found", "There is no such address."), request)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """`handler400`, for what Django refuses before a view sees it."""
    code = "too_large" if isinstance(exception, RequestDataTooBig) else "validation"
    return answer(Problem(code), request)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """`CSRF_FAILURE_VIEW`: only the operators' pages know cookies, hence this."""
    return answer(Problem("forbidden", reason), request)


def safe_only(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """For plain views that only show something: refuse all but GET and HEAD, as REST would."""

    @csrf_exempt
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method in ("GET", "HEAD"):
            return view(request, *args, **kwargs)
        refusal = answer(Problem("method_not_allowed"), request)
        refusal["Allow"] = "GET, HEAD"
        return refusal

    return guarded


def server_error(request: HttpRequest) -> HttpResponse:
    """`handler500`."""
    return answer(Problem("internal"), request)
