"""Periodic work costs what there is to do, however much has piled up that is done, and what fails
of it stops nothing else."""

from __future__ import annotations

import datetime as dt
import re
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

import pytest
from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import connection, models, transaction
from django.utils import timezone

from project.celery import app
from project.domains import DOMAINS, ERASERS

MANY = 20_000
SOME = 4_000
FIRST = 10_000_000
"""Above the numbers that other tests have used."""
LEAVING = 20_000_000
"""The person who leaves, among others with numbers above."""

# Each filled with rows that nothing is to be done about; what is not said follows from the types.
FULL: dict[str, dict[str, str]] = {
    "files.File": {"state": "'ready'", "used_at": "now()"},
    "files.Erasure": {"finished_at": "now()"},
    "accounts.Session": {"expires_at": "now() + interval '30 days'"},
    "accounts.Erasure": {"finished_at": "now()"},
    "accounts.Export": {"state": "'ready'", "created_at": "now() - interval '3 days'"},
    "accounts.Challenge": {"purpose": "'login'", "channel": "'email'"},
    "accounts.WrongCodes": {},
    "accounts.WrongPasswords": {"user": "n"},
    "accounts.SmsCount": {"hour": "now() - n * interval '1 second'"},
    "accounts.SmsNetworkCount": {"country": "'AT'"},
    "sessions.Session": {"expire_date": "now() + interval '1 day'"},
    "chat.ActionRun": {"state": "'done'"},
    "contacts.Import": {"state": "'done'", "finished_at": "now()", "mode": "'full'"},
    "contacts.Chunk": {},
    "contacts.Invite": {"state": "'used'"},
    "feed.Event": {"decided": "true"},
    "feed.Item": {},
}
# The same of what is emptied when a person leaves, and of what leads there.
OWNED: dict[str, dict[str, str]] = {
    "accounts.Block": {"blocked": "n + 1"},
    "accounts.Challenge": {"purpose": "'login'", "channel": "'email'"},
    "accounts.Export": {"state": "'ready'"},
    "chat.ActionRun": {"state": "'done'"},
    "chat.Participant": {},
    "feed.Delivery": {"channel": "'push'"},
    "feed.Device": {"platform": "'web'"},
    "feed.Preference": {"preview": "'full'"},
    "search.Document": {"kind": "'message'", "tsv": "array_to_tsvector(array['@=' || n])"},
}
# What a table is gone through for a stretch at a time is not among them; nor is `sync_head`, whose
# one hourly scan for logs that are too long would need an index that every message changes.
UNRUN = {"feed.tasks.audit"}  # compares everything, once a night, on purpose
PLAIN = {
    models.BooleanField: "false",
    models.SmallIntegerField: "1",
    models.DateTimeField: "now()",
    models.DateField: "current_date",
    models.JSONField: "'{}'",
    models.BinaryField: "decode(to_hex(n), 'escape')",
    models.CharField: "'x' || n",
    models.TextField: "'x' || n",
    ArrayField: "'{}'",
}


def fill(label: str, given: dict[str, str], first: int = FIRST, count: int = MANY) -> str:
    """So many rows; the table's name. No constraint between tables is looked at before a commit."""
    model = apps.get_model(label)
    values = dict(given)
    for field in model._meta.local_concrete_fields:
        if isinstance(field, models.CompositePrimaryKey) or field.name in values or field.null:
            continue
        short = isinstance(field, models.CharField) and (field.max_length or 9) < 6
        plain = ("'xx'" if short else sql for kind, sql in PLAIN.items() if isinstance(field, kind))
        values[field.name] = next(plain, "n")
    columns = ", ".join(f'"{model._meta.get_field(name).column}"' for name in values)
    table = str(model._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(
            f"insert into {table} ({columns}) select {', '.join(values.values())}"  # noqa: S608
            f" from generate_series({first}, {first + count}) n"
        )
        cursor.execute(f"analyze {table}")
    return table


@pytest.fixture(scope="module")
def full(server: str) -> Iterator[set[str]]:
    """The tables; everything is rolled back."""
    with transaction.atomic():
        yield {fill(label, given) for label, given in FULL.items()}
        transaction.set_rollback(True)


def erased() -> set[str]:
    """The labels of all models that are emptied when a person leaves."""
    return {
        f"{domain.name}.{model}"
        for domain in DOMAINS.values()
        for model, answer in domain.models.items()
        if answer.startswith("erased:")
    }


@pytest.fixture(scope="module")
def owned(server: str) -> Iterator[set[str]]:
    """The tables that are emptied when somebody leaves, with a row of each of many people."""
    labels = sorted(erased() | OWNED.keys())
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("set local session_replication_role = replica")
        filled = {fill(label, OWNED.get(label, {}), LEAVING, SOME) for label in labels}
        cursor.execute("set local session_replication_role = origin")
        yield filled
        transaction.set_rollback(True)


@pytest.mark.parametrize("place", sorted(ERASERS))
def test_erasing_a_person_reads_no_whole_table(owned: set[str], place: str) -> None:
    with statements() as made, transaction.atomic():
        ERASERS[place](LEAVING)
        transaction.set_rollback(True)  # or the work below has something to do
    scanned = [f"{table}: {sql}" for sql in made.values() for table in scans(sql) & owned]
    assert made
    assert not scanned, "\n".join(scanned)


def scheduled() -> list[str]:
    return sorted({entry["task"] for entry in app.conf.beat_schedule.values()} - UNRUN)


@pytest.mark.parametrize("name", scheduled())
def test_no_scheduled_task_reads_a_whole_table(
    full: set[str], name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    app.loader.import_default_modules()
    monkeypatch.setattr(app, "send_task", lambda *args, **named: None)
    with statements() as made, transaction.atomic():
        app.tasks[name]()
    scanned = [f"{table}: {sql}" for sql in made.values() for table in scans(sql) & full]
    assert made
    assert not scanned, "\n".join(scanned)


@contextmanager
def statements() -> Iterator[dict[str, str]]:
    """One of each kind of what is executed meanwhile, by what they have in common. What other tests
    have left to do may be thousands, which Django's own log has no room for."""
    kinds: dict[str, str] = {}

    class Log(deque[dict[str, str]]):
        def append(self, query: dict[str, str]) -> None:
            kinds[re.sub(r"'[^']*'|\d+", "?", query["sql"])] = query["sql"]

    logged = patch.object(connection, "force_debug_cursor", True)
    with logged, patch.object(connection, "queries_log", Log()):
        yield kinds


def scans(sql: str) -> set[str]:
    """The tables that are read from end to end for this."""
    if not re.match(r"\s*(select|with|update|delete)\b", sql, re.IGNORECASE):
        return set()
    with connection.cursor() as cursor:
        cursor.execute("explain " + sql.replace("%", "%%"))
        plan = [line for (line,) in cursor.fetchall()]
    return {found for line in plan for found in re.findall(r"Seq Scan on (\w+)", line)}


def test_a_scan_would_be_seen(full: set[str]) -> None:
    assert scans("select 1 from accounts_session where device = 'x'") == {"accounts_session"}


def test_what_does_not_fit_into_a_turn_is_left_to_the_next() -> None:
    from accounts.models import WrongCodes
    from project import purging

    long_ago = dt.date(2020, 1, 1)
    days = [(long_ago, f"{n}@purged.example") for n in range(purging.CHUNK + 10)]
    days.append((timezone.now().date() + dt.timedelta(days=1), "new@purged.example"))
    WrongCodes.objects.bulk_create(WrongCodes(day=day, destination=name) for day, name in days)
    ours = WrongCodes.objects.filter(destination__endswith="@purged.example")
    old = ours.filter(day__lte=long_ago).order_by("day")
    assert purging.purge(old, budget=0.0)
    assert ours.count() == 11
    assert not purging.purge(old)
    assert list(ours.values_list("destination", flat=True)) == ["new@purged.example"]
    ours.delete()


def test_of_imports_that_ended_a_month_ago_nothing_is_kept_but_that_they_were() -> None:
    from contacts.importing import sweeping
    from contacts.models import Chunk, Import

    month_ago = timezone.now() - sweeping.KEPT - dt.timedelta(hours=1)
    with transaction.atomic():
        imports = {"ended": (month_ago, month_ago), "open": (month_ago, None)}
        imports["young"] = (timezone.now(), timezone.now())
        for number, (batch, (created, finished)) in enumerate(imports.items(), 1):
            job = Import.objects.create(
                id=number, book_id=1, owner_id=1, batch=batch, version=1, total=2,
                mode="full", created_at=created, finished_at=finished,
            )  # fmt: skip
            for part in (0, 1):
                Chunk.objects.create(job=job, number=part, size=1, entries=b"")
        assert not sweeping.tidy()
        kept = Chunk.objects.filter(job__in=[1, 2, 3]).order_by("job", "number")
        assert list(kept.values_list("job__batch", "number")) == [
            ("open", 0), ("open", 1), ("young", 0), ("young", 1),
        ]  # fmt: skip
        assert Import.objects.filter(pk__in=[1, 2, 3]).count() == 3
        transaction.set_rollback(True)


PURGES = {
    "challenges": "purge",
    "wrong_passwords": "purge",
    "sms_counts": "purge",
    "sessions": "purge",
    "exporting": "discard_old",
}


@pytest.mark.parametrize("broken", PURGES)
def test_a_step_that_fails_stops_no_other(broken: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the schedule has of accounts is run as a worker would run it."""
    from accounts import tasks

    done: list[str] = []

    def step(module: str) -> None:
        if module == broken:
            raise RuntimeError("it fails")
        done.append(module)

    for module, function in PURGES.items():
        monkeypatch.setattr(getattr(tasks, module), function, lambda module=module: step(module))
    results = [app.tasks[name].apply() for name in scheduled() if name.startswith("accounts.")]
    assert sum(result.failed() for result in results) == 1
    assert set(done) == PURGES.keys() - {broken}
