"""Google and Facebook: going there, coming back, linking. Only the companies are made up."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from tests.accounts.companies import APP, Companies, running
from tests.browser.conftest import Site, Visit
from tests.browser.visitor import Visitor

if TYPE_CHECKING:
    from playwright.sync_api import Route

Query = dict[str, str]


@pytest.fixture(scope="module")
def companies() -> Iterator[Companies]:
    with running() as companies:
        yield companies


@pytest.fixture(scope="module")
def site(worker: None, companies: Companies) -> Iterator[Site]:
    """A server that knows the companies."""
    site = Site()
    site.start(**companies.environment())
    yield site
    site.kill()


def send_back(visitor: Visitor, place: str, answer: Callable[[Query], Query]) -> None:
    """The company at this place asks nothing: it sends everybody back with its answer."""

    def respond(route: Route) -> None:
        query = {k: v[0] for k, v in parse_qs(urlsplit(route.request.url).query).items()}
        back = urlencode({**answer(query), "state": query["state"]})
        route.fulfill(status=302, headers={"Location": f"{query['redirect_uri']}#{back}"})

    visitor.page.route(f"{place}/**", respond)


def google(visitor: Visitor, companies: Companies, **claims: object) -> None:
    subject = secrets.token_hex(8)
    ours = companies.environment()["GOOGLE_CLIENT_IDS"].split(",")[0]

    def answer(query: Query) -> Query:
        assert (query["client_id"], query["response_type"]) == (ours, "id_token")
        token = companies.google_token(subject, aud=ours, nonce=query["nonce"], **claims)
        return {"id_token": token}

    send_back(visitor, "https://accounts.google.com", answer)


def test_google_lets_somebody_new_in(visit: Visit, site: Site, companies: Companies) -> None:
    gail = visit()
    google(gail, companies, name="Gail")
    gail.button("Sign in with Google").click()
    gail.page.get_by_role("button", name="Gail: profile and settings").wait_for()
    gail.is_online()
    assert gail.page.url.rstrip("/#") == site.url


def test_a_google_account_is_linked_by_logging_in(visit: Visit, companies: Companies) -> None:
    alice = visit()
    person = alice.come_as("alice")
    alice.open_settings()
    alice.button("Log out").click()
    google(alice, companies, email=person.email, email_verified=True)
    alice.button("Sign in with Google").click()
    alice.page.get_by_text("You have an account with the address of your Google account").wait_for()
    alice.log_in(person.email)
    alice.page.get_by_text("You can now log in with Google.").wait_for()
    assert [identity["provider"] for identity in person.get("/me")["identities"]] == ["google"]
    alice.open_settings()
    alice.button("Log out").click()
    alice.button("Sign in with Google").click()
    alice.page.get_by_role("button", name="Alice: profile and settings").wait_for()


def test_facebook_is_added_and_removed_in_the_settings(visit: Visit, companies: Companies) -> None:
    alice = visit()
    person = alice.come_as("alice")

    def answer(query: Query) -> Query:
        assert (query["client_id"], query["response_type"]) == (APP, "token")
        return {"access_token": companies.facebook_access_token(secrets.token_hex(8))}

    send_back(alice, "https://www.facebook.com", answer)
    alice.open_settings()
    alice.button("Add: Facebook").click()
    alice.page.get_by_text("You can now log in with Facebook.").wait_for()
    alice.open_settings()
    alice.button("Remove: Facebook").click()
    alice.button("Remove").click()
    alice.button("Add: Facebook").wait_for()
    assert person.get("/me")["identities"] == []


def test_an_answer_nobody_asked_for_logs_nobody_in(
    visit: Visit, site: Site, companies: Companies
) -> None:
    alice = visit()
    token = companies.google_token(secrets.token_hex(8))
    alice.page.goto(f"{site.url}/?#id_token={token}&state=made-up")
    alice.button("Sign in with Google").wait_for()
    assert alice.page.url.rstrip("/") == site.url
    assert alice.page.evaluate("localStorage.getItem('confab.session')") is None
