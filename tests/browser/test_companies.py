"""Google and Facebook: going there, coming back, linking. Only the companies are made up."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from tests.accounts.companies import APP, Companies, running
from tests.apart import apart
from tests.browser.conftest import Site, Visit
from tests.browser.visitor import Visitor, sent_code
from tests.people import PASSWORD, Person

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


def age_sessions(person: Person) -> None:
    """As if this person had been logged in for an hour, everywhere."""
    apart(lambda: _age_sessions(int(person.id)))


def _age_sessions(user_id: int) -> None:
    from django.utils import timezone

    from accounts.models import Session

    an_hour_ago = timezone.now() - timedelta(hours=1)
    Session.objects.filter(user_id=user_id).update(created_at=an_hour_ago, proved_at=None)


def test_linking_after_a_while_takes_the_password_again(visit: Visit, companies: Companies) -> None:
    alice = visit(width=390)
    person = alice.come_as("alice")
    google(alice, companies)
    age_sessions(person)
    alice.open_settings()
    alice.button("Add: Google").click()
    asked = alice.page.get_by_role("dialog", name="Confirm that it is you")
    asked.get_by_label("Password", exact=True).fill("some other horse")
    asked.get_by_role("button", name="Confirm").click()
    asked.get_by_text("This is not your password.").wait_for()
    asked.get_by_label("Password", exact=True).fill(PASSWORD)
    asked.get_by_role("button", name="Confirm").click()
    alice.page.get_by_text("You can now log in with Google.").wait_for()
    assert [identity["provider"] for identity in person.get("/me")["identities"]] == ["google"]


def test_whoever_does_not_confirm_changes_nothing(visit: Visit, companies: Companies) -> None:
    alice = visit()
    person = alice.come_as("alice")
    google(alice, companies)
    alice.open_settings()
    alice.button("Add: Google").click()
    alice.page.get_by_text("You can now log in with Google.").wait_for()
    age_sessions(person)
    alice.open_settings()
    alice.button("Remove: Google").click()
    alice.button("Remove").click()
    asked = alice.page.get_by_role("dialog", name="Confirm that it is you")
    asked.get_by_role("button", name="Cancel").click()
    alice.page.get_by_text("Nothing was changed.").wait_for()
    assert len(person.get("/me")["identities"]) == 1


def test_a_code_confirms_too_and_the_change_goes_on(visit: Visit, companies: Companies) -> None:
    alice = visit()
    person = alice.come_as("alice")
    google(alice, companies)
    alice.open_settings()
    alice.button("Add: Google").click()
    alice.page.get_by_text("You can now log in with Google.").wait_for()
    age_sessions(person)
    alice.open_settings()
    alice.button("Remove: Google").click()
    alice.button("Remove").click()
    alice.button("Use a code instead").click()
    asked = alice.page.get_by_role("dialog", name="Confirm that it is you")
    asked.get_by_label("Code").fill(sent_code(person.email))
    asked.wait_for(state="detached")
    alice.button("Add: Google").wait_for()
    assert person.get("/me")["identities"] == []


def test_what_was_fetched_for_one_account_is_not_linked_to_another(
    visit: Visit, companies: Companies
) -> None:
    """Another tab logs in to another account while this one is at the company."""
    alice = visit()
    owner = alice.come_as("alice")
    other = visit(beside=alice)
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    alice.page.route("https://accounts.google.com/**", hold)
    alice.open_settings()
    with alice.page.expect_request("https://accounts.google.com/**"):
        alice.button("Add: Google").click(no_wait_after=True)
    other.open_settings()
    other.button("Log out").click()
    other.page.get_by_role("dialog").wait_for(state="detached")
    mallory = other.come_as("mallory")
    query = {k: v[0] for k, v in parse_qs(urlsplit(held[0].request.url).query).items()}
    ours = companies.environment()["GOOGLE_CLIENT_IDS"].split(",")[0]
    token = companies.google_token(secrets.token_hex(8), aud=ours, nonce=query["nonce"])
    back = urlencode({"id_token": token, "state": query["state"]})
    held[0].fulfill(status=302, headers={"Location": f"{query['redirect_uri']}#{back}"})
    alice.page.get_by_text("somebody else is logged in here now").wait_for()
    for person in (owner, mallory):
        assert person.get("/me")["identities"] == []


def test_a_refused_login_is_not_linked_to_whoever_logs_in_elsewhere(
    visit: Visit, companies: Companies
) -> None:
    alice = visit()
    owner = alice.come_as("alice")
    alice.open_settings()
    alice.button("Log out").click()
    google(alice, companies, email=owner.email, email_verified=True)
    alice.button("Sign in with Google").click()
    alice.page.get_by_text("You have an account with the address of your Google account").wait_for()
    other = visit(beside=alice)
    mallory = other.come_as("mallory")
    alice.page.get_by_text("somebody else is logged in here now").wait_for()
    for person in (owner, mallory):
        assert person.get("/me")["identities"] == []
