"""Whether the two documents keep to the rules of their kind. Needs the development packages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

Document = dict[str, Any]


def faults_of_openapi(document: Document) -> Iterator[str]:
    """What the specification of OpenAPI has against it."""
    from openapi_spec_validator import OpenAPIV31SpecValidator

    for error in OpenAPIV31SpecValidator(document).iter_errors():
        yield f"{'/'.join(map(str, error.absolute_path))}: {error.message}"
    yield from _names_used_twice(document)
    yield from _dangling(document)


def faults_of_asyncapi(document: Document) -> Iterator[str]:
    """What AsyncAPI 3.0 has against it: its own schema comes in no package, so the rules that this
    document can break are checked one by one."""
    if document.get("asyncapi") != "3.0.0":
        yield "asyncapi: must be 3.0.0"
    if not {"title", "version"} <= document.get("info", {}).keys():
        yield "info: needs title and version"
    yield from _dangling(document)
    for name, message in document["components"]["messages"].items():
        yield from (f"messages/{name}: {fault}" for fault in _faults_of_schema(message))
    for name, channel in document["channels"].items():
        if not str(channel.get("address", "")).startswith("/"):
            yield f"channels/{name}: needs an address"
        if not channel["messages"]:
            yield f"channels/{name}: carries no message"
    for name, operation in document["operations"].items():
        yield from (f"operations/{name}: {fault}" for fault in _faults_of(operation, document))


def _faults_of_schema(message: Document) -> Iterator[str]:
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import SchemaError

    if "payload" not in message:
        yield "has no payload"
        return
    try:
        Draft202012Validator.check_schema(message["payload"])
    except SchemaError as error:
        yield error.message


def _faults_of(operation: Document, document: Document) -> Iterator[str]:
    if operation.get("action") not in ("send", "receive"):
        yield "its action must be send or receive"
    channel = operation["channel"]["$ref"]
    if not channel.startswith("#/channels/"):
        yield "its channel must be one of the document"
    own = {f"{channel}/messages/{name}" for name in resolved(document, channel)["messages"]}
    for message in operation["messages"]:
        if message["$ref"] not in own:
            yield f"{message['$ref']} is not carried by its channel"


def _names_used_twice(document: Document) -> Iterator[str]:
    seen: set[str] = set()
    for path in document["paths"].values():
        for operation in path.values():
            name = operation["operationId"]
            if name in seen:
                yield f"the operationId {name} is used twice"
            seen.add(name)


def _dangling(document: Document) -> Iterator[str]:
    for reference in references(document):
        try:
            resolved(document, reference)
        except (KeyError, TypeError):
            yield f"{reference} leads nowhere"


def references(value: Any) -> Iterator[str]:
    """All references in a value, wherever they are."""
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        value = list(value.values())
    if isinstance(value, list):
        for part in value:
            yield from references(part)


def resolved(document: Document, reference: str) -> Any:
    """What a reference within the document points at; KeyError for nothing."""
    root, *names = reference.split("/")
    if root != "#":
        raise KeyError(reference)
    value: Any = document
    for name in names:
        value = value[name.replace("~1", "/").replace("~0", "~")]
    return value
