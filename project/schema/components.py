"""Structs into JSON Schema, named the same in both documents."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from project import wire
from project.errors import CODES

REF = "#/components/schemas/{name}"


class FieldProblem(wire.Output):
    """What is wrong with one field; `pointer` is a JSON pointer (RFC 6901) into the input."""

    pointer: str
    code: str
    detail: str


class Problem(wire.Output):
    """The one error object (RFC 9457). Members that belong to a code stand beside these."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    request_id: str
    errors: list[FieldProblem]
    retry_after: int | None = None


def schemas_for(kinds: Iterable[Any]) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """A schema or reference for each of `kinds`, in order, and all components they name."""
    schemas, components = msgspec.json.schema_components(list(kinds), ref_template=REF)
    if "Problem" in components:
        components["Problem"]["properties"]["code"]["enum"] = sorted(CODES)
    return list(schemas), dict(components)
