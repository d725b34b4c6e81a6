"""What the three services have in common: they note what arrives, and have their troubles."""

from __future__ import annotations

import json
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from tests.push.http2 import Answer, Reply, Request, Server


class Arrived(NamedTuple):
    """A push that the service took: for which device, with what headers, saying what."""

    device: str
    headers: dict[str, str]
    content: Any


class Company:
    """`troubles` are answered first, each once, before a request is even looked at. `gone` devices
    do not exist any longer. `refused` are the complaints about what was wrong with requests."""

    def __init__(self) -> None:
        self.arrived: list[Arrived] = []
        self.asked: list[str] = []
        self.refused: list[str] = []
        self.troubles: deque[Answer] = deque()
        self.after: deque[Answer] = deque()  # likewise, but what was asked is done all the same
        self.gone: set[str] = set()
        self.url = ""
        self.clock: Callable[[], float] = time.time
        self._changed = threading.Condition()

    def answer(self, request: Request) -> Answer:
        self.asked.append(request.path)
        if self.troubles:
            return self.troubles.popleft()
        answer = self.take(request)
        if isinstance(answer, Reply) and answer.status >= 400:
            self.refused.append(f"{answer.status} {answer.body.decode()}")
        return self.after.popleft() if self.after else answer

    def take(self, request: Request) -> Answer:
        raise NotImplementedError

    def note(self, device: str, headers: dict[str, str], content: Any) -> None:
        with self._changed:
            self.arrived.append(Arrived(device, headers, content))
            self._changed.notify_all()

    def wait_for(self, enough: Callable[[list[Arrived]], bool], seconds: float = 30) -> None:
        """Until what arrived is enough."""
        with self._changed:
            assert self._changed.wait_for(lambda: enough(self.arrived), seconds), self.arrived

    def contents(self, device: str) -> list[Any]:
        return [push.content for push in list(self.arrived) if push.device == device]


@contextmanager
def open_for_business(company: Company, port: int = 0) -> Iterator[None]:
    server = Server(company.answer, port=port)
    server.start()
    company.url = server.url
    try:
        yield
    finally:
        server.stop()


def as_json(status: int, value: object, **headers: str) -> Reply:
    head = {"content-type": "application/json", **headers}
    return Reply(status, head, json.dumps(value).encode())
