"""What the OpenAPI document promises, tried with made-up input: no crash, no undescribed answer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from project.schema import openapi
from project.urls import OPERATIONS
from tests.people import Person, make_person

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


@schema.parametrize()
@settings(MADE_UP, max_examples=8)
def test_an_answer_is_as_described(case: Any, visitor: Person) -> None:
    tried(case, visitor, visitor.server)


@schema.parametrize()
@settings(MADE_UP, max_examples=3)
def test_so_it_is_on_the_wsgi_server(case: Any, visitor: Person, gunicorn: str) -> None:
    """The views are the same; what is read before them is not."""
    tried(case, visitor, gunicorn)


def tried(case: Any, visitor: Person, server: str) -> None:
    headers = {"Authorization": f"Bearer {visitor.access}"}
    response = case.call(base_url=server, headers=headers)
    case.validate_response(response, checks=CHECKS)
