"""The REST door: operations are plain functions in a table; DRF carries them.

An operation's entry holds all that its URL, its validation, its document and its permission tests
need. A handler validates nothing: it gets its body and query as structs, calls one function and
returns an `Answer` (or the output alone, for 200).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

import msgspec
from django.http import HttpResponse
from django.urls import URLPattern, path
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.views import APIView

from project import wire
from project.errors import Problem, invalid

BODY_LIMIT = 1024 * 1024


@dataclass(frozen=True)
class Answer:
    """What a handler returns when it is not simply 200 with an output."""

    data: Any = None
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Operation:
    """One REST call: `path` is below `/api/v1`, parameters in braces: `/chats/{chat}`."""

    method: str
    path: str
    handler: Callable[..., Any]
    summary: str
    tag: str
    answers: Mapping[int, Any]
    body: Any
    query: Any
    public: bool
    errors: Sequence[str]

    @property
    def parameters(self) -> list[str]:
        return re.findall(r"{(\w+)}", self.path)


class Operations(list[Operation]):
    """The calls of one app, in the order in which they were written down."""

    def __init__(self, tag: str) -> None:
        super().__init__()
        self.tag = tag

    def add(
        self,
        method: str,
        path: str,
        *,
        answers: Mapping[int, Any],
        body: Any = None,
        query: Any = None,
        public: bool = False,
        errors: Sequence[str] = (),
    ) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """Register the decorated function. It is called as `handler(request, **path_parameters,
        body=…, query=…)`, the last two only if their structs are given. Its docstring's first line
        is the summary; `errors` are the codes that belong to this call in particular."""

        def register(handler: Callable[..., Any]) -> Callable[..., Any]:
            summary = (handler.__doc__ or handler.__name__).strip().splitlines()[0]
            self.append(
                Operation(
                    method, path, handler, summary, self.tag, answers, body, query, public, errors
                )
            )
            return handler

        return register


class AlwaysJSON(BaseContentNegotiation):
    """There is one representation, so `Accept` decides nothing."""

    def select_parser(self, request: Request, parsers: Iterable[Any]) -> Any:
        return next(iter(parsers), None)

    def select_renderer(
        self, request: Request, renderers: Iterable[Any], format_suffix: str | None = None
    ) -> Any:
        renderer = next(iter(renderers))
        return renderer, renderer.media_type


class OperationView(APIView):
    """All methods of one path."""

    operations: ClassVar[dict[str, Operation]]
    renderer_classes = (JSONRenderer,)
    content_negotiation_class = AlwaysJSON

    def get_permissions(self) -> list[Any]:
        operation = self.operations.get(self.request.method or "")
        return [AllowAny() if operation is None or operation.public else IsAuthenticated()]

    def get_authenticators(self) -> list[Any]:
        operation = self.operations.get(self.request.method or "")
        public = operation is None or operation.public
        return [] if public else super().get_authenticators()

    def answer(self, request: Request, **parameters: str) -> HttpResponse:
        operation = self.operations[request.method or ""]
        if any("\x00" in value for value in parameters.values()):
            raise Problem("not_found")  # PostgreSQL cannot even be asked
        given: dict[str, Any] = dict(parameters)
        query = dict(request.query_params.lists())
        given |= read_query(operation.query, query)
        if operation.body is not None:
            given["body"] = read_body(operation.body, request)
        elif request._request.body:
            wire.decode(wire.Input, request._request.body)  # there is nothing to say
        return render(operation.handler(request, **given))


def caller(request: Request) -> int:
    """The id of the person who makes this request."""
    person: Any = request.user
    return int(person.pk)


def read_query(kind: Any, query: dict[str, list[str]]) -> dict[str, Any]:
    repeated = next((key for key, values in query.items() if len(values) > 1), None)
    if repeated is not None:
        raise Problem("validation", f"The query parameter {repeated} is given twice.")
    flat = {key: values[0] for key, values in query.items()}
    parsed = wire.convert(kind or wire.NoQuery, flat, strict=False)
    for member in msgspec.structs.fields(parsed):
        text, value = flat.get(member.encode_name), getattr(parsed, member.name)
        if text is None:
            continue
        if value is None:  # the word `null`, which would pass for a parameter left out
            raise invalid(f"/{member.encode_name}", "A parameter that is given needs a value.")
        if type(value) is int and not text.lstrip("-").isdigit():
            raise invalid(f"/{member.encode_name}", "This must be a whole number.")
    return {"query": parsed} if kind is not None else {}


def read_body(kind: Any, request: Request) -> Any:
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdigit() or int(length) > BODY_LIMIT:
        raise Problem("too_large", f"A body may have at most {BODY_LIMIT} bytes.")
    if not request._request.body and may_be_left_out(kind):
        return kind()
    if request.content_type.split(";")[0].strip().lower() != "application/json":
        raise Problem("unsupported_media", "The body must be application/json.")
    return wire.decode(kind, request._request.body)


def may_be_left_out(kind: Any) -> bool:
    """Whether there is nothing that a body of this kind has to say."""
    structs = isinstance(kind, type) and issubclass(kind, msgspec.Struct)
    return structs and not any(member.required for member in msgspec.structs.fields(kind))


def render(result: Any) -> HttpResponse:
    answer = result if isinstance(result, Answer) else Answer(result)
    if answer.data is None:
        status = 204 if answer.status == 200 else answer.status
        return HttpResponse(status=status, headers=dict(answer.headers))
    body = answer.data if isinstance(answer.data, bytes) else msgspec.json.encode(answer.data)
    return HttpResponse(
        body, status=answer.status, content_type="application/json", headers=dict(answer.headers)
    )


def urls_of(operations: Sequence[Operation], prefix: str = "api/v1/") -> list[URLPattern]:
    """One DRF view per path, holding that path's methods."""
    by_path: dict[str, dict[str, Operation]] = {}
    for operation in operations:
        by_path.setdefault(operation.path, {})[operation.method] = operation
    return [_url_of(prefix, route, methods) for route, methods in by_path.items()]


def _url_of(prefix: str, route: str, methods: dict[str, Operation]) -> URLPattern:
    members: dict[str, Any] = {method.lower(): OperationView.answer for method in methods}
    members |= {"operations": methods, "http_method_names": [m.lower() for m in methods]}
    view: type[OperationView] = type("OperationView", (OperationView,), members)
    django_route = re.sub(r"{(\w+)}", r"<str:\1>", route).lstrip("/")
    return path(prefix + django_route, view.as_view())
