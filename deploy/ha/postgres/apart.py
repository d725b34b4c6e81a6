#!/usr/bin/env python3
"""Let etcd be led from another machine than PostgreSQL; Patroni calls it when a role changes.

An etcd that loses its leader gives every lease its whole time again, Patroni's key as well: a
machine that leads both and dies is followed some six seconds later than one that leads PostgreSQL
alone.

ETCD_HERE is the etcd of this machine (host:port), ETCD_ELSEWHERE are the others, by commas. Patroni
hides its own variables from whom it calls.
"""

import contextlib
import json
import os
import sys
import urllib.request
from typing import Any


def ask(host: str, path: str, **given: str) -> dict[str, Any]:
    url = f"http://{host}/v3/maintenance/{path}"
    request = urllib.request.Request(url, json.dumps(given).encode())
    with urllib.request.urlopen(request, timeout=2) as answer:  # noqa: S310  # it is http
        told: dict[str, Any] = json.load(answer)
        return told


def main(action: str, role: str, scope: str) -> None:
    here = os.environ["ETCD_HERE"]
    if role not in ("primary", "master") or not leads(here):
        return
    for other in os.environ["ETCD_ELSEWHERE"].split(","):
        with contextlib.suppress(OSError):
            member = ask(other, "status")["header"]["member_id"]
            ask(here, "transfer-leadership", targetID=member)
            return


def leads(host: str) -> bool:
    status = ask(host, "status")
    return bool(status["leader"] == status["header"]["member_id"])


if __name__ == "__main__":
    main(*sys.argv[1:])
