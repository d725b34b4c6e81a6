"""Codes by text message, asked for in masses, at the services."""

from __future__ import annotations

import random
from collections import Counter, deque
from threading import Lock

from accounts.doors.devices import Device
from accounts.models import Purpose
from accounts.services import pumping, texting
from accounts.services.sms_counts import network_key
from project.errors import Problem

_STEMS = {
    "AT": "+43664#######",
    "DE": "+49151########",
    "CH": "+4179#######",
    "FR": "+33612######",
    "IT": "+39347#######",
    "ES": "+346########",
    "GB": "+447400######",
    "PL": "+48512######",
    "SE": "+4670#######",
    "NL": "+31612######",
    "BE": "+32470######",
    "DK": "+4520######",
}


def number_in(country: str, source: random.Random | None = None) -> str:
    """Some mobile number of this country."""
    pick = source or random
    return "".join(str(pick.randint(1, 9)) if char == "#" else char for char in _STEMS[country])


def austrian(source: random.Random) -> str:
    return number_in("AT", source)


def german(source: random.Random) -> str:
    return number_in("DE", source)


class Traffic:
    """Counts what was sent and why the rest was not."""

    def __init__(self, source: random.Random) -> None:
        self.random = source
        self.sent = 0
        self.refused: Counter[str] = Counter()
        self._coming: deque[tuple[int, str, str]] = deque()
        self._lock = Lock()
        self._asked = 0

    def ask(self, number: str, *, network: str, answered: bool = False, later: int = 0) -> None:
        """Have a code sent from this address. If it is `answered`, its code comes back after so
        many `later` ones were asked for."""
        device = Device(ip=network)
        said = None
        try:
            texting.send_code(Purpose.LOGIN, number, device=device)
        except Problem as problem:
            said = " ".join([problem.code, *(error.code for error in problem.errors)])
        with self._lock:
            self._asked += 1
            if said is None:
                self.sent += 1
            else:
                self.refused[said] += 1
        if answered and said is None:
            self._coming.append((self._asked + later, number, network_key(device.network)))
        self._answer()

    def _answer(self) -> None:
        while self._coming and self._coming[0][0] <= self._asked:
            _, number, network = self._coming.popleft()
            pumping.count_verified(number, network)
