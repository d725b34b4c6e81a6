"""One account with a password: `python -m benchmarks.account EMAIL PASSWORD`."""

from __future__ import annotations

import sys

import django

django.setup()

from django.core.management import call_command  # noqa: E402

from accounts.services.registration import create_person  # noqa: E402

if __name__ == "__main__":
    call_command("migrate", verbosity=0)
    create_person(email=sys.argv[1], password=sys.argv[2], name="Benchmark")
