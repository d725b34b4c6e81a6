"""How long the page takes to open, from its address to the form, or for whoever is logged in to the
list of chats; Chromium emulates the network."""

from __future__ import annotations

import asyncio
import base64
import json
import shutil
import time
from typing import TYPE_CHECKING, NamedTuple

from benchmarks.bench import Bench
from benchmarks.designs import DESIGNS
from benchmarks.figures import Figure, Goal, at_most, figure_of

if TYPE_CHECKING:
    from playwright.async_api import BrowserContext, CDPSession

NAME = "page"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"]
FORM, LIST = "input[type=email]", ".chats li"
HOUR_MS = 3_600_000


class Network(NamedTuple):
    """Round trips in milliseconds, bytes a second down."""

    name: str
    latency: int
    down: float
    first: Goal
    again: Goal | None


NETWORKS = [
    Network("100 ms, 10 Mbit/s", 100, 10e6 / 8, at_most(1.2), at_most(0.5)),
    Network("slow 3G: 400 ms, 400 kbit/s", 400, 400e3 / 8, at_most(4), None),
]


class Visit(NamedTuple):
    seconds: float
    requests: int
    bytes: float


async def run(bench: Bench) -> None:
    if CHROMIUM is None:
        print(f"{NAME}: chromium is not installed")
        return
    from playwright.async_api import async_playwright

    design = DESIGNS["confab-uvicorn"]
    server = design.serve(bench.ground)
    url = f"http://127.0.0.1:{server.port}/"
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        warm = await browser.new_context()
        await _visit(warm, url, NETWORKS[0])  # the browser's own start, and the making of the page
        [pair] = design.people(bench.ground, design, 1)
        for network in NETWORKS:
            visits = []
            for _ in range(bench.options.rounds):
                context = await browser.new_context()
                visits.append([await _visit(context, url, network) for _ in range(2)])
                await context.add_init_script(_logged_in(pair.sender))
                visits[-1].append(await _visit(context, url, network, LIST))
                await context.close()
            bench.add(*_figures(design.name, network, visits))
        await browser.close()
    server.stop()


def _figures(design: str, network: Network, visits: list[list[Visit]]) -> list[Figure]:
    def figure(what: str, which: int, field: str, unit: str, goal: Goal | None) -> Figure:
        rounds = [float(getattr(pair[which], field)) for pair in visits]
        return figure_of(NAME, design, f"{network.name}: {what}", rounds, unit, goal)

    return [
        figure("first visit", 0, "seconds", "s", network.first),
        figure("next visit", 1, "seconds", "s", network.again),
        figure("next visit, logged in", 2, "seconds", "s", None),
        figure("first visit, requests", 0, "requests", "", None),
        figure("first visit, transferred", 0, "bytes", "bytes", at_most(130_000)),
    ]


def _logged_in(access: str) -> str:
    """A script that has the page find a session, as the client library keeps one."""
    middle = access.split(".")[1]
    claims = json.loads(base64.urlsafe_b64decode(middle + "=" * (-len(middle) % 4)))
    until = int(time.time() * 1000) + HOUR_MS
    held = {"access": access, "refresh": "", "user": claims["sub"], "session": claims["sid"]}
    held |= {"expires_at": until, "renew_at": until}
    return f"localStorage.setItem('confab.session', {json.dumps(json.dumps(held))})"


async def _visit(context: BrowserContext, url: str, network: Network, sight: str = FORM) -> Visit:
    """One visit in a tab of its own, until this is seen: the form, for somebody to type in."""
    page = await context.new_page()
    session: CDPSession = await context.new_cdp_session(page)
    seen: list[float] = []
    await session.send("Network.enable")
    conditions = {
        "offline": False,
        "latency": network.latency,
        "downloadThroughput": network.down,
        "uploadThroughput": network.down,
    }
    await session.send("Network.emulateNetworkConditions", conditions)
    session.on("Network.loadingFinished", lambda event: seen.append(event["encodedDataLength"]))
    started = time.perf_counter()
    await page.goto(url, wait_until="commit")
    await page.locator(sight).first.wait_for()
    seconds = time.perf_counter() - started
    await page.wait_for_load_state("networkidle")
    visit = Visit(seconds, len(seen), sum(seen))
    await page.close()
    await asyncio.sleep(0)
    return visit
