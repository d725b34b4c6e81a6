"""Logging in by password over REST: mostly the hash, which is meant to cost something."""

from __future__ import annotations

import asyncio
import http.client
import json
import secrets
import time
from concurrent.futures import ThreadPoolExecutor

from benchmarks.bench import Bench
from benchmarks.designs import DESIGNS
from benchmarks.figures import Figure
from benchmarks.load.runs import percentile

NAME = "login"
CLIENTS = 4


async def run(bench: Bench) -> None:
    design = DESIGNS["confab-uvicorn"]
    credentials = {"email": f"{secrets.token_hex(6)}@example.com", "password": secrets.token_hex(8)}
    settings = design.settings(bench.ground)
    hashing = bench.ground.program("benchmarks.account", settings, *credentials.values())
    server = design.serve(bench.ground)
    body = json.dumps(credentials)
    meter = bench.meter(server)
    started = time.perf_counter()
    meter.start()
    times = await asyncio.to_thread(_log_in_often, server.port, body, bench.options.seconds)
    spent = meter.stop()
    elapsed = time.perf_counter() - started
    server.stop()
    bench.add(
        Figure(NAME, design.name, f"{CLIENTS} clients", len(times) / elapsed, "logins/s"),
        Figure(NAME, design.name, "answer, p50", percentile(times, 0.5) * 1000, "ms"),
        Figure(NAME, design.name, "answer, p99", percentile(times, 0.99) * 1000, "ms"),
        Figure(NAME, design.name, "CPU of server", spent["server"] / len(times) * 1000, "ms/login"),
        Figure(NAME, "argon2id", "CPU of one hash", float(hashing) * 1000, "ms"),
    )


def _log_in_often(port: int, body: str, seconds: float) -> list[float]:
    """Several clients, each one login after the other; the seconds that each login took."""
    until = time.monotonic() + seconds

    def client() -> list[float]:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        times = []
        while time.monotonic() < until:
            started = time.perf_counter()
            headers = {"Content-Type": "application/json"}
            connection.request("POST", "/api/v1/auth/email/login", body, headers)
            response = connection.getresponse()
            answer = response.read()
            if response.status != 200:
                raise RuntimeError(f"login: {response.status} {answer[:200]!r}")
            times.append(time.perf_counter() - started)
        connection.close()
        return times

    with ThreadPoolExecutor(CLIENTS) as pool:
        clients = [pool.submit(client) for _ in range(CLIENTS)]
        return [taken for each in clients for taken in each.result()]
