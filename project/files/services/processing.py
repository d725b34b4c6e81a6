"""What becomes of a file whose bytes are there: it is ready, or rejected with a reason.

A run may be repeated, run beside another one, or die at any step. What it puts into the store has a
key that nobody has heard of, and one conditional update gives that key to the file. So a run that
comes second, with other bytes perhaps because an upload form works twice, overwrites nothing and
takes its own objects back; those of a run that died belong to no file and are swept.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import logging
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple

from django.conf import settings
from django.utils import timezone

from project.files.inspection import darkroom
from project.files.inspection.signatures import Format, picture_format
from project.files.inspection.sniffing import head_of, sniff
from project.files.models import File, State, new_key
from project.files.services.states import move
from project.files.stores import store

logger = logging.getLogger(__name__)

SVG = "image/svg+xml"
FINER = {
    "text/plain": {
        "text/css",
        "text/csv",
        "text/markdown",
        "text/calendar",
        "text/vcard",
        "text/tab-separated-values",
        "application/yaml",
        "application/toml",
    },
    "application/ogg": {"audio/ogg", "video/ogg"},
}
"""What an owner may say more exactly than the content does, without its being active anywhere."""
LEFT_BEHIND = dt.timedelta(hours=1)

BYTES = "application/octet-stream"


class Rejected(Exception):
    """`reason` is a code for clients: missing, size, hash, not_an_image, unsupported_image,
    too_many_pixels or broken_image."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Checked(NamedTuple):
    """What is to be served: local files, and what the row is to say of them."""

    content: Path
    content_type: str
    thumbnail: Path | None
    row: dict[str, Any]


def process(file_id: int) -> None:
    """Decide on a file. Raises OSError while the store is away, or the machine unable: try again
    later. Bytes alone can raise nothing."""
    file = File.objects.filter(pk=file_id, state=State.PROCESSING).first()
    if file is None:
        return
    with _bench() as bench:
        try:
            checked = check(file, bench)
        except Rejected as rejected:
            move(file, State.PROCESSING, State.REJECTED, reason=rejected.reason)
        else:
            _serve(file, checked)
    _remove("incoming", file.key)


def check(file: File, bench: Path) -> Checked:
    """Fetch what was uploaded and look at it. Raises Rejected."""
    path = bench / "incoming"
    try:
        size = store().fetch("incoming", file.key, path, file.size)
    except FileNotFoundError:
        raise Rejected("missing") from None
    if size != file.size:
        raise Rejected("size")
    if file.sha256 and file.sha256 != _sha256(path):
        raise Rejected("hash")
    if (format := picture_format(head_of(path))) is not None:
        return _picture(path, bench, format, file.content_type)
    return _document(path, size, file.content_type)


def _picture(path: Path, bench: Path, format: Format, announced: str) -> Checked:
    """A picture whatever it was called: it has to lose what it tells of its owner."""
    content, thumbnail = bench / "content", bench / "thumbnail"
    try:
        picture = darkroom.develop(path, format, content, thumbnail, settings.PIXEL_LIMIT)
    except darkroom.Refused as refused:
        if refused.reason == "too_many_pixels" and announced == BYTES:
            # Nobody asked for a picture, nor said that it is anything else: it stays as it is.
            return Checked(path, BYTES, None, {"size": path.stat().st_size})
        raise Rejected(refused.reason) from refused
    row = {
        "size": content.stat().st_size,
        "width": picture.width,
        "height": picture.height,
        "thumbnail_width": picture.thumbnail_width,
        "thumbnail_height": picture.thumbnail_height,
        "placeholder": picture.placeholder,
    }
    return Checked(content, picture.content_type, thumbnail, row)


def _document(path: Path, size: int, announced: str) -> Checked:
    """Anything else stays as it is, under its true name. Only an SVG may be announced as an image,
    and only as what it is."""
    found = sniff(path)
    if announced.startswith("image/") and not announced == found == SVG:
        ours = found == SVG or not found.startswith("image/")
        raise Rejected("not_an_image" if ours else "unsupported_image")
    kept = announced if announced in FINER.get(found, ()) else found
    return Checked(path, kept, None, {"size": size})


def _serve(file: File, checked: Checked) -> None:
    key = new_key()
    if checked.thumbnail is not None:
        store().put("thumbnails", key, checked.thumbnail, "image/webp")
    store().put("content", key, checked.content, checked.content_type)
    values = checked.row | {"key": key, "content_type": checked.content_type}
    if not move(file, State.PROCESSING, State.READY, **values):
        _remove("content", key)
        _remove("thumbnails", key)


def _remove(place: str, key: str) -> None:
    """What a store that is away keeps belongs to no file now; the sweep deletes it."""
    try:
        store().delete(place, key)
    except OSError as error:
        logger.warning("%s/%s is left to the sweep: %r", place, key, error)


@contextmanager
def _bench() -> Iterator[Path]:
    """A folder for one run, beside others; those of runs that were killed are cleared away."""
    room = Path(settings.DATA_DIR) / "processing"
    room.mkdir(parents=True, exist_ok=True, mode=0o700)
    _clear(room, (timezone.now() - LEFT_BEHIND).timestamp())
    with tempfile.TemporaryDirectory(dir=room, ignore_cleanup_errors=True) as bench:
        yield Path(bench)


def _clear(room: Path, before: float) -> None:
    for left in room.iterdir():
        with suppress(FileNotFoundError):  # another run may be clearing too
            if left.stat().st_mtime < before:
                shutil.rmtree(left, ignore_errors=True)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
