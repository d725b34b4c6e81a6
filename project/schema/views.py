"""Serving both documents: `/api/v1/schema` and `/api/v1/asyncapi`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import msgspec
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path

from project.problems import safe_only
from project.rest import Operation
from project.schema import asyncapi, openapi


def urls(operations: Sequence[Operation]) -> list[URLPattern]:
    """The addresses of both documents."""
    return [
        path("api/v1/schema", _served(lambda: openapi.document(operations))),
        path("api/v1/asyncapi", _served(asyncapi.document)),
    ]


def _served(make: Callable[[], dict[str, Any]]) -> Callable[[HttpRequest], HttpResponse]:
    body = cache(lambda: msgspec.json.encode(make()))

    @safe_only
    def view(request: HttpRequest) -> HttpResponse:
        return HttpResponse(body(), content_type="application/json")

    return view
