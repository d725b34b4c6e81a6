"""One account with a password: `python -m benchmarks.account EMAIL PASSWORD`. Prints the seconds of
CPU that hashing this password takes."""

from __future__ import annotations

import sys
import time

import django

django.setup()

from django.contrib.auth.hashers import make_password  # noqa: E402
from django.core.management import call_command  # noqa: E402

from accounts.services.registration import create_person  # noqa: E402

HASHES = 20


def hashing(password: str) -> float:
    started = time.process_time()
    for _ in range(HASHES):
        make_password(password)
    return (time.process_time() - started) / HASHES


if __name__ == "__main__":
    call_command("migrate", verbosity=0)
    create_person(email=sys.argv[1], password=sys.argv[2], name="Benchmark")
    print(hashing(sys.argv[2]))
