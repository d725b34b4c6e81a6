"""The OpenAPI 3.1 document, made from the table of operations."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from project.errors import CODES
from project.rest import Operation, Text, may_be_left_out
from project.schema.components import Problem, schemas_for
from project.sync import bootstrap

# What any operation may answer, whatever it does.
EVERYWHERE = ("validation", "rate_limited", "unavailable")


def document(operations: Sequence[Operation]) -> dict[str, Any]:
    """The whole document, as JSON-ready values."""
    kinds = _kinds(operations)
    schemas, components = schemas_for(kinds)
    known = dict(zip(map(repr, kinds), schemas, strict=True))
    _fill_bootstrap(components, known)
    paths: dict[str, dict[str, Any]] = {}
    for operation in operations:
        entry = _operation(operation, known)
        paths.setdefault("/api/v1" + operation.path, {})[operation.method.lower()] = entry
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Confab",
            "version": "1",
            "description": "Chat, contacts, accounts, feed and search. The socket is described by "
            "the AsyncAPI document at /api/v1/asyncapi.",
            "license": {"name": "BSD-3-Clause", "identifier": "BSD-3-Clause"},
        },
        "servers": [{"url": "/"}],
        "tags": [{"name": tag} for tag in dict.fromkeys(op.tag for op in operations)],
        "paths": paths,
        "components": {
            "schemas": components,
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}
            },
        },
        "security": [{"bearer": []}],
    }


def _kinds(operations: Sequence[Operation]) -> list[Any]:
    found: dict[str, Any] = {repr(Problem): Problem}
    for operation in operations:
        for kind in (operation.body, operation.query, *operation.answers.values()):
            if kind is not None and not isinstance(kind, Text):
                found.setdefault(repr(kind), kind)
    for shape, _ in (*bootstrap.MEMBERS.values(), *bootstrap.COUNTS.values()):
        found.setdefault(repr(shape), shape)
    return list(found.values())


def _fill_bootstrap(components: dict[str, Any], known: dict[str, Any]) -> None:
    """The members of a bootstrap are the apps'; the struct that carries them knows no shapes."""
    properties = components["Bootstrap"]["properties"]
    for name, (shape, _) in bootstrap.MEMBERS.items():
        properties[name] = known[repr(shape)]
    counts = {name: known[repr(shape)] for name, (shape, _) in bootstrap.COUNTS.items()}
    properties["counts"] = {"type": "object", "properties": counts, "required": sorted(counts)}


def _operation(operation: Operation, known: dict[str, Any]) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "operationId": operation.handler.__name__,
        "summary": operation.summary,
        "tags": [operation.tag],
        "parameters": [*_path_parameters(operation), *_query_parameters(operation)],
        "responses": {**_answers(operation, known), **_problems(operation, known)},
    }
    if isinstance(operation.body, Text):
        content = {operation.body.content_type: {"schema": {"type": "string"}}}
        entry["requestBody"] = {"required": False, "content": content}
    elif operation.body is not None:
        content = {"application/json": {"schema": known[repr(operation.body)]}}
        if operation.form is not None:
            content["multipart/form-data"] = {"schema": _form(operation.form)}
        required = not may_be_left_out(operation.body)
        entry["requestBody"] = {"required": required, "content": content}
    if operation.public:
        entry["security"] = []
    return entry


def _form(kind: Any) -> dict[str, Any]:
    """The struct's fields, all of them texts in a form, and the file beside them."""
    (_,), components = msgspec.json.schema_components([kind])
    schema: dict[str, Any] = components[kind.__name__]
    file = {"type": "string", "contentMediaType": "application/octet-stream"}
    schema["properties"]["file"] = file
    schema["required"] = [*schema.get("required", ()), "file"]
    return schema


def _path_parameters(operation: Operation) -> list[dict[str, Any]]:
    return [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in operation.parameters
    ]


def _query_parameters(operation: Operation) -> list[dict[str, Any]]:
    if operation.query is None:
        return []
    (_,), components = msgspec.json.schema_components([operation.query])
    schema = components[operation.query.__name__]
    required = set(schema.get("required", ()))
    return [
        {"name": name, "in": "query", "required": name in required, "schema": _plain(shape)}
        for name, shape in schema["properties"].items()
    ]


def _plain(shape: dict[str, Any]) -> dict[str, Any]:
    """A query parameter is absent rather than null."""
    choices = [choice for choice in shape.get("anyOf", ()) if choice.get("type") != "null"]
    return choices[0] if len(choices) == 1 else {k: v for k, v in shape.items() if k != "default"}


def _answers(operation: Operation, known: dict[str, Any]) -> dict[str, Any]:
    answers: dict[str, Any] = {}
    for status, kind in operation.answers.items():
        answers[str(status)] = {"description": operation.summary}
        if isinstance(kind, Text):
            answers[str(status)]["content"] = {kind.content_type: {"schema": {"type": "string"}}}
        elif kind is not None:
            content = {"application/json": {"schema": known[repr(kind)]}}
            answers[str(status)]["content"] = content
    return answers


def _problems(operation: Operation, known: dict[str, Any]) -> dict[str, Any]:
    codes = [*EVERYWHERE, *operation.errors]
    if not operation.public:
        codes += ["unauthenticated", "token_expired"]
    if operation.body is not None and not isinstance(operation.body, Text):
        codes += ["too_large", "unsupported_media"]
    if operation.parameters:
        codes.append("not_found")
    content = {"application/problem+json": {"schema": known[repr(Problem)]}}
    by_status: dict[str, list[str]] = {}
    for code in dict.fromkeys(codes):
        by_status.setdefault(str(CODES[code].status), []).append(code)
    return {
        status: {"description": ", ".join(f"`{code}`" for code in named), "content": content}
        for status, named in sorted(by_status.items())
        if int(status) not in operation.answers
    }
