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
from django.http import HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.urls import URLPattern, path
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.views import APIView

from project import wire
from project.clients import client_ip, network_of
from project.errors import Problem, invalid
from project.limits import Bucket, usual

BODY_LIMIT = 1024 * 1024


@dataclass(frozen=True)
class Answer:
    """What a handler returns when it is not simply 200 with an output."""

    data: Any = None
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Text:
    """What is no JSON. Among an operation's answers, the handler answers the whole response; as its
    body, anything may come and nothing of it is read."""

    content_type: str


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
    form: Any = None
    limit: int = BODY_LIMIT
    rate: Bucket | None = None

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
        form: Any = None,
        limit: int = BODY_LIMIT,
        rate: Bucket | None = None,
        unlimited: str = "",
    ) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """Register the decorated function. It is called as `handler(request, **path_parameters,
        body=…, query=…)`, the last two only if their structs are given. Its docstring's first line
        is the summary; `errors` are the codes that belong to this call in particular. With a `form`
        (a struct of text fields) a file may come as multipart instead, and then `body` is an
        `Upload`. `limit` is that of the body, in bytes. `rate` is the usual one unless given, by
        person or, for public calls, by network; `unlimited` says why there is none."""
        charged = None if unlimited else rate or usual(f"{method} {path}")

        def register(handler: Callable[..., Any]) -> Callable[..., Any]:
            summary = (handler.__doc__ or handler.__name__).strip().splitlines()[0]
            self.append(
                Operation(
                    method,
                    path,
                    handler,
                    summary,
                    self.tag,
                    answers,
                    body,
                    query,
                    public,
                    errors,
                    form,
                    limit,
                    charged,
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
        if operation.rate is not None:
            operation.rate.take(_network(request) if operation.public else caller(request))
        given: dict[str, Any] = dict(parameters)
        query = dict(request.query_params.lists())
        given |= read_query(operation.query, query)
        if isinstance(operation.body, Text):
            pass
        elif operation.body is not None:
            given["body"] = read_body(operation, request)
        elif request._request.body:
            wire.decode(wire.Input, request._request.body)  # there is nothing to say
        return render(operation.handler(request, **given))


def _network(request: Request) -> str:
    peer = request.META.get("REMOTE_ADDR") or ""
    return network_of(client_ip(peer, request.headers.get("X-Forwarded-For", "")))


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


def read_body(operation: Operation, request: Request) -> Any:
    kind = operation.body
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdigit() or int(length) > operation.limit:
        raise Problem("too_large", f"A body may have at most {operation.limit} bytes.")
    content_type = request.content_type.split(";")[0].strip().lower()
    if operation.form is not None and content_type == "multipart/form-data":
        return read_form(operation.form, request._request)
    # Django's own limit is for what it reads by itself; this much was allowed above.
    raw = request._request.body if operation.limit == BODY_LIMIT else request._request.read()
    if not raw and may_be_left_out(kind):
        return kind()
    if content_type != "application/json":
        raise Problem("unsupported_media", "The body must be application/json.")
    return wire.decode(kind, raw)


@dataclass(frozen=True)
class Upload:
    """What a multipart form brought: its texts as a struct, and the one file, named `file`."""

    fields: Any
    name: str
    data: bytes


def read_form(kind: Any, request: HttpRequest) -> Upload:
    try:
        texts, files = dict(request.POST.lists()), dict(request.FILES.lists())
    except MultiPartParserError:
        raise Problem("validation", "The form cannot be read.") from None
    repeated = next((key for key, values in texts.items() if len(values) > 1), None)
    if repeated is not None:
        raise invalid(f"/{repeated}", "This field is given twice.")
    fields = wire.convert(kind, {key: values[0] for key, values in texts.items()}, strict=False)
    if list(files) != ["file"] or len(files["file"]) != 1:
        raise invalid("/file", "One file is needed, and no other.", "required")
    (file,) = files["file"]
    return Upload(fields, file.name or "", file.read())


def may_be_left_out(kind: Any) -> bool:
    """Whether there is nothing that a body of this kind has to say."""
    structs = isinstance(kind, type) and issubclass(kind, msgspec.Struct)
    return structs and not any(member.required for member in msgspec.structs.fields(kind))


def render(result: Any) -> HttpResponse:
    if isinstance(result, HttpResponse):
        return result
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
