"""Which processes make up a running Confab."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from environ import Env

from project.launch.place import Mode, Place

CELERY = "-m celery --quiet -A project"
WEB_SECONDS = 10
"""A web process takes leave of its sockets (5 s at most) and finishes requests (3 s)."""
DAPHNE = "-m daphne --verbosity 0 --ping-interval 20 --ping-timeout 30 --no-server-name"


@dataclass(frozen=True)
class Child:
    """A process to keep running; `seconds` is how long it may take to end when asked to."""

    name: str
    command: list[str]
    seconds: float
    fds: tuple[int, ...] = ()
    env: Mapping[str, str] = field(default_factory=dict)


def children(place: Place, listener: int) -> list[Child]:
    """In the order of starting. `listener` is the listening socket's file descriptor."""
    return [*_workers(), *_previews(place), *_pushes(place), _beat(), *_webs(place, listener)]


def _python(arguments: str, *more: str) -> list[str]:
    return [sys.executable, *arguments.split(), *more]


def worker() -> Child:
    """One that serves every queue but that of previews."""
    options = "worker --loglevel WARNING --concurrency 2 --without-gossip --without-mingle"
    quiet = {"PYTHONWARNINGS": "ignore:You're running the worker with superuser"}
    return Child("worker", _python(f"{CELERY} {options}"), 4, env={"CELERY_WORKER": "1"} | quiet)


def _workers() -> list[Child]:
    """One for looking at files and one for what is bulky (copies of data, erasures, address books),
    which may take minutes, and one for the rest, which must not wait for that."""
    rest = "--exclude-queues files,bulk"
    return [
        _with(worker(), "worker", rest),
        _with(worker(), "files", "--queues files --hostname files@%h"),
        _with(worker(), "bulk", "--queues bulk --hostname bulk@%h"),
    ]


def _with(child: Child, name: str, options: str) -> Child:
    return replace(child, name=name, command=[*child.command, *options.split()])


def _previews(place: Place) -> list[Child]:
    """A worker of threads, which mostly wait; only if links are looked at."""
    if place.given.get("LINK_PREVIEWS", "").lower() not in Env.BOOLEAN_TRUE_STRINGS:
        return []
    options = "--queues previews --pool threads --concurrency 8 --hostname previews@%h"
    return [_with(worker(), "previews", options)]


def _pushes(place: Place) -> list[Child]:
    """What sends keeps its connections to the push services, so it is no worker of Celery's. With
    `PUSH_FAKE`, a fake of such a service runs beside it; it is the tests' and not installed."""
    sender = _python("manage.py send_pushes")
    children = [Child("pushes", sender, 15, env={"DATABASE_TIME_LIMITS": "1"})]
    if place.push_fake:
        fake = _python("-m tests.push --port", place.push_fake)
        children.insert(0, Child("push-fake", fake, 4))
    return children


def _beat() -> Child:
    options = "beat --loglevel WARNING --pidfile="
    return Child("beat", _python(f"{CELERY} {options}"), 4, env={"CELERY_WORKER": "1"})


def _webs(place: Place, listener: int) -> list[Child]:
    command, seconds = _server(place.mode, listener), place.drain_seconds + WEB_SECONDS
    if place.mode == "run" or place.web_processes == 1:
        return [Child("web", command, seconds, fds=(listener,))]
    names = [f"web {number}" for number in range(1, place.web_processes + 1)]
    return [Child(name, command, seconds, fds=(listener,)) for name in names]


def _server(mode: Mode, listener: int) -> list[str]:
    if mode == "run":
        return _python(f"{DAPHNE} --fd {listener} asgi:application")
    return _python("-m project.launch.web", "--fd", str(listener))
