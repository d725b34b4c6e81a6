"""What the OpenAPI document promises, tried with made-up input: no crash, no undescribed answer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeAlias

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from project.schema import openapi
from project.urls import OPERATIONS
from tests.people import Person, make_person

Operation: TypeAlias = APIOperation[Any, Any, Any, Any]
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
# Logging out would end the test's own session; the two companies would be asked over the network.
LEFT_OUT = [
    "/api/v1/auth/logout",
    "/api/v1/auth/google",
    "/api/v1/auth/facebook",
    "/api/v1/me/identities",
]

schema = schemathesis.openapi.from_dict(openapi.document(OPERATIONS)).exclude(path=LEFT_OUT)
# Each in a test with a name of its own: those of one name are one test to whoever spreads them.
EACH = pytest.mark.parametrize(
    "operation",
    [found.ok() for found in schema.get_all_operations() if isinstance(found, Ok)],
    ids=lambda operation: operation.label,
)


MADE_UP = settings(
    deadline=None,
    database=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(scope="module")
def visitor(server: str) -> Iterator[Person]:
    person = make_person(server, "visitor")
    yield person
    person.http.close()


@EACH
def test_an_answer_is_as_described(operation: Operation, visitor: Person) -> None:
    try_out(operation, visitor, visitor.server, examples=8)


@EACH
def test_so_it_is_on_the_wsgi_server(operation: Operation, visitor: Person, gunicorn: str) -> None:
    """The views are the same; what is read before them is not."""
    try_out(operation, visitor, gunicorn, examples=3)


def try_out(operation: Operation, visitor: Person, server: str, examples: int) -> None:
    headers = {"Authorization": f"Bearer {visitor.access}"}

    @settings(MADE_UP, max_examples=examples)
    @given(operation.as_strategy())
    def one(case: Any) -> None:
        response = case.call(base_url=server, headers=headers)
        case.validate_response(response, checks=CHECKS)

    one()
