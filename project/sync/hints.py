"""Telling live devices, from any thread of any process: REST, Celery, a management command.

In a process that serves sockets the note goes to its hub, which serves its own sockets directly and
hands the rest to its publisher. Elsewhere it is published here. A hint that is lost costs seconds
(the hubs compare their users' heads with the database), so no failure here is anyone's error.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable, Sequence
from typing import Any

import redis
from django.db import transaction

from project import wire
from project.redis import connect, publishing
from project.sync import frames, routes, sealing
from project.sync.publisher import CHANNEL, REST_SECONDS, ROUTED_KEY, as_layer_message

logger = logging.getLogger(__name__)

_hubs: list[Any] = []
_away_until = [0.0]
_known_routed = [(float("-inf"), False)]


def serve_with(hub: Any) -> None:
    """Called by the hub of this process when it starts."""
    _hubs[:] = [hub]


def forget(hub: Any) -> None:
    if hub in _hubs:
        _hubs.remove(hub)


def tell(positions: Sequence[tuple[int, int]]) -> None:
    """These users' logs have grown to these positions, and that is committed."""
    _pass_on([sealing.Hint(user_id, pts) for user_id, pts in positions])


def tell_updates(updates: Iterable[tuple[int, int, str, wire.Output | None]]) -> None:
    """The same with the updates themselves: whose log, position, kind, and its data where that is
    known. Devices that were up to date show them without asking."""
    _pass_on([_hint(*update) for update in updates])


def _hint(user_id: int, pts: int, kind: str, data: wire.Output | None) -> sealing.Hint:
    if data is None:
        return sealing.Hint(user_id, pts)
    return sealing.Hint(user_id, pts, kind, frames.update_text(pts, kind, wire.encode(data)))


def signal(user_ids: Iterable[int], kind: str, data: Any) -> None:
    """Tell the users' live devices something that is not kept: typing, presence, progress."""
    frame = frames.text(frames.Signal(kind, data))
    _pass_on([sealing.Transient(user_id, kind, frame) for user_id in user_ids])


def signal_on_commit(user_ids: Iterable[int], kind: str, data: wire.Output) -> None:
    transaction.on_commit(lambda: signal(user_ids, kind, data))


def end_sessions_on_commit(user_id: int, session_ids: Iterable[int]) -> None:
    """Close the live sockets of sessions that this transaction revokes, within a second."""
    note = sealing.Ended(user_id, list(session_ids))
    transaction.on_commit(lambda: _pass_on([note]))


def changed_on_commit(user_ids: Iterable[int]) -> None:
    """Whoever shows others something of these people (presence, say) should look again."""
    notes = [sealing.Changed(user_id) for user_id in user_ids]
    transaction.on_commit(lambda: _pass_on(notes))


def _pass_on(notes: Sequence[sealing.Note]) -> None:
    for hub in _hubs:
        if hub.accept(notes):
            return
    _publish(sealing.Bundle("", notes))


def _publish(bundle: sealing.Bundle) -> None:
    """Without a hub. A failure is remembered a while, so that not every write waits for Redis."""
    if time.monotonic() < _away_until[0]:
        return
    try:
        if _routed():
            _publish_to_users(bundle.notes)
        else:
            publishing(connect()).publish(CHANNEL, as_layer_message(bundle)).execute()
    except redis.RedisError as error:
        _away_until[0] = time.monotonic() + REST_SECONDS
        logger.warning("hints not published: %s", error)


def _routed() -> bool:
    """Whether the hubs hear their users' channels; asked for once a second."""
    asked_at, routed = _known_routed[0]
    if time.monotonic() - asked_at > 1:
        routed = connect().exists(ROUTED_KEY) == 1
        _known_routed[0] = (time.monotonic(), routed)
    return routed


def _publish_to_users(notes: Sequence[sealing.Note]) -> None:
    urls = routes.urls()
    pipelines = {url: publishing(connect(url)) for url in urls}
    for note in notes:
        bundle = sealing.Bundle("", [note])
        if isinstance(note, sealing.Changed):
            publishing(connect()).publish(CHANNEL, as_layer_message(bundle)).execute()
        else:
            pipeline = pipelines[urls[routes.place_of(note.user_id)]]
            pipeline.publish(routes.channel_of(note.user_id), sealing.seal(bundle))
    for pipeline in pipelines.values():
        pipeline.execute()
