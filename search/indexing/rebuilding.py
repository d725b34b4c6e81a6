"""Filling an index from the beginning, while it is searched and written."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

from django.db import connection, transaction

from search.elastic import Away, building, storing
from search.indexing import changes, walking
from search.indexing.walking import Page
from search.models import ElasticIndex, Walk
from search.postgres import storing as postgres

BUILDING = "elastic building"
"""The lock of whoever fills an index; taken before that of its writers."""

STEP_SECONDS = 5.0
UNDER_WAY = 2
"""Pages that are sent at once: Elasticsearch has work while we make JSON of the next."""

Progress = Callable[[int, int], None]
"""`(documents done, about how many there are)`"""


def rebuild_postgres(progress: Progress) -> int:
    """Write every document again, and take out what should not be there; how many keys that were.
    Each page is read and written under the lock of the index, so it cannot undo a change."""
    total = walking.estimate()
    Walk.objects.filter(name="rebuild postgres").delete()
    walk = walking.begin("rebuild postgres")
    for page in walking.pages(walk):
        with transaction.atomic():
            _wait_for_lock("postgres")
            _write_page(page)
            walking.advance(walk, page)
        progress(walk.done, max(total, walk.done))
    Walk.objects.filter(pk=walk.pk).delete()
    with connection.cursor() as cursor:  # what is filled bit by bit takes twice the room
        cursor.execute("reindex index concurrently search_document_tsv")
    return walk.done


def _write_page(page: Page) -> None:
    documents = page.source.build(page.keys)
    (there,) = postgres.held(page.source, page.after, page.upto)
    surplus = {key for _, key in there} - set(page.keys)
    postgres.write(page.source, [*page.keys, *surplus], documents)


def _wait_for_lock(store: str) -> None:
    """Alone until the transaction ends, which may wait for Elasticsearch meanwhile."""
    with connection.cursor() as cursor:
        cursor.execute("set local lock_timeout = '60s'")
        cursor.execute("set local idle_in_transaction_session_timeout = '120s'")
        cursor.execute("select pg_advisory_xact_lock(hashtext(%s))", [f"confab search {store}"])


def rebuild_elastic(progress: Progress) -> int:
    """Build a new index beside the one that answers, then let it answer; how many keys that were.
    Workers may take a hand in it. Raises `Away` also when another rebuild began meanwhile."""
    done = 0

    def note(count: int, total: int) -> None:
        nonlocal done
        done = count
        progress(count, total)

    with transaction.atomic():
        _wait_for_lock(BUILDING)
        _wait_for_lock("elastic")  # nobody writes to an index that is given up
        name = building.begin().pk
    while ElasticIndex.objects.filter(pk=name, state="building").exists():
        with transaction.atomic():
            _wait_for_lock(BUILDING)
            if (index := _under_way()) is not None and index.pk == name:
                _fill(index, note, STEP_SECONDS)
    if not ElasticIndex.objects.filter(pk=name).exists():
        raise Away(f"{name} was given up for a newer one")
    return done


def go_on(seconds: float) -> None:
    """A step of building an index, unless another process is at it. Where there is none one is
    begun: the next step fills it, when all writers know of it."""
    with transaction.atomic():
        if not changes.lock(BUILDING):
            return
        if not building.is_whole():
            building.begin()
        elif (index := _under_way()) is not None:
            _fill(index, lambda done, total: None, seconds)


def _under_way() -> ElasticIndex | None:
    return ElasticIndex.objects.filter(state="building").order_by("made_at").first()


def _fill(index: ElasticIndex, progress: Progress, seconds: float) -> None:
    """Pages are sent while the next is built. Changes reach the new index too, by the feeder, and
    each write carries the number of the last change before it was read: an older one never wins."""
    until = time.monotonic() + seconds
    total = walking.estimate()
    walk = walking.begin(index.name)
    sent: deque[tuple[Page, Future[None]]] = deque()

    def settle(most: int) -> None:
        """Wait until no more pages than that are under way. Raises `Away`; the next step then sends
        that page again, and those that came behind it."""
        while len(sent) > most:
            page, outcome = sent.popleft()
            outcome.result()
            walking.advance(walk, page)
            progress(walk.done, max(total, walk.done))

    with ThreadPoolExecutor(UNDER_WAY, thread_name_prefix="search-bulk") as sender:
        for page in walking.pages(walk):
            number = changes.last_number()
            documents = page.source.build(page.keys)
            wanted = list(storing.actions(page.source, page.keys, documents, surely_new=True))
            settle(UNDER_WAY - 1)
            sent.append((page, sender.submit(storing.bulk, index.name, wanted, number)))
            if time.monotonic() > until:
                settle(0)
                return
        settle(0)
    _wait_for_lock("elastic")
    building.finish(index)
    progress(walk.done, walk.done)
    walk.delete()
