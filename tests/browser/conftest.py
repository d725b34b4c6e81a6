"""A browser, and a server of its own that a test may kill and start again."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from project.embedded.tether import spawn
from tests.browser.visitor import Visitor
from tests.conftest import ROOT, is_up, wait_until
from tests.people import Person

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ViewportSize

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
# With each context Chromium loads two pages of suggestions for an address bar that nobody sees:
# 0.8 s of processor. The last list of features counts, so this one has Playwright's too.
SUGGESTIONS = ["WebUIOmniboxPopup", "WebUIOmniboxAimPopup"]
PLAYWRIGHTS = [
    "AimEnabled",
    "AvoidCorsURLLoaderRestartOnRedirect",
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsFirstBalancedModeAutoEnable",
    "HttpsUpgrades",
    "LensOverlay",
    "MediaRouter",
    "NetworkTimeServiceQuerying",
    "OptimizationHints",
    "PaintHolding",
    "PreconnectToSearch",
    "ThirdPartyStoragePartitioning",
]
FLAGS = [
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--disable-background-networking",
    f"--disable-features={','.join([*SUGGESTIONS, *PLAYWRIGHTS])}",
]
UVICORN = (
    "--ws project.launch.corked:CorkedProtocol --ws-max-size 131072 --ws-per-message-deflate false"
).split()

Visit = Callable[..., Visitor]
Pair = tuple[Visitor, Visitor, Person, Person]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents and "visit" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.browser)


class Site:
    """The server in a process of its own, always at the same address."""

    def __init__(self) -> None:
        self._port = _free_port()
        self._process: subprocess.Popen[bytes] | None = None
        self._environment: dict[str, str] = {}
        self.url = f"http://127.0.0.1:{self._port}"

    def start(self, **environment: str) -> None:
        self._environment = environment
        command = [sys.executable, "-m", "uvicorn", "asgi:application", "--port", str(self._port)]
        self._process = process = spawn(
            [*command, *UVICORN, "--log-level", "warning"],
            cwd=ROOT,
            env={**os.environ, "ALLOWED_ORIGINS": self.url, "PUBLIC_URL": self.url, **environment},
        )
        wait_until(lambda: is_up(self.url), process)

    def be_as_usual(self) -> None:
        """Start (again) unless a server without an environment of its own is running."""
        if self._process is None or self._process.poll() is not None or self._environment:
            self.kill()
            self.start()

    def kill(self) -> None:
        """As a crash does it: without a word."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(20)
            self._process = None


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="package")
def shared_site(worker: None) -> Iterator[Site]:
    site = Site()
    yield site
    site.kill()


@pytest.fixture
def site(shared_site: Site) -> Site:
    """Running, whatever the test before did to it."""
    shared_site.be_as_usual()
    return shared_site


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Closed after these tests: its event loop would be in the way of asynchronous ones."""
    if CHROMIUM is None:
        pytest.skip("chromium is not installed")
    from playwright.sync_api import sync_playwright

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # Playwright's own
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
            yield browser
            browser.close()


@pytest.fixture
def visit(browser: Browser, site: Site) -> Iterator[Visit]:
    """Opens the page in a browser of one's own, `visit(width=390)`, or in another tab of
    somebody's, `visit(beside=alice)`. What a page complains about fails the test."""
    visitors: list[Visitor] = []

    def open_page(width: int = 1100, height: int = 760, beside: Visitor | None = None) -> Visitor:
        viewport: ViewportSize = {"width": width, "height": height}
        context = beside.page.context if beside else browser.new_context(viewport=viewport)
        visitor = Visitor(context.new_page(), site.url)
        visitors.append(visitor)
        visitor.page.goto(site.url)
        return visitor

    yield open_page
    complaints = [complaint for visitor in visitors for complaint in visitor.complaints]
    for person in [person for visitor in visitors for person in visitor.people]:
        person.http.close()
    for context in {visitor.page.context for visitor in visitors}:
        context.close()
    assert not complaints


@pytest.fixture
def pair(visit: Visit) -> Pair:
    """Alice and Bob; Alice has opened the chat and said hello, Bob looks at his list."""
    alice, bob = visit(), visit()
    one, two = alice.come_as("alice"), bob.come_as("bob")
    alice.start_chat(two.get("/me")["username"])
    alice.say("hello")
    bob.unread("Alice", 1)
    return alice, bob, one, two
