"""Developing a picture in a process of its own: without secrets, with limits, gone afterwards.

Whatever a hostile picture does there, crash, loop or eat memory, it is a broken picture and nothing
else; the worker goes on. See docs/decisions/0016.
"""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryFile
from typing import Annotated, Literal

import msgspec

from project.files.inspection.signatures import Format
from project.wire import whole

logger = logging.getLogger(__name__)

START = Path(__file__).with_name("start.py")
MEMORY = 1024**3
PROCESSOR_SECONDS = 60
# A machine that is so busy says nothing about the picture. Well below the soft limit of a task.
SECONDS = 240
# Ends that were not the picture's doing: a fault of the program, somebody who stopped it, a machine
# without memory. A picture alone cannot come so far, because of the limits.
_FAULTS = {1, -signal.SIGKILL, -signal.SIGTERM, -signal.SIGINT, -signal.SIGHUP}
_TOLD = 4096
_Side = Annotated[int, msgspec.Meta(ge=1)]


class Picture(msgspec.Struct, forbid_unknown_fields=True):
    """What was made of a picture; `width` and `height` are those of the upright one."""

    format: Literal["JPEG", "PNG", "GIF", "WEBP"]
    width: _Side
    height: _Side
    thumbnail_width: Annotated[int, msgspec.Meta(ge=1, le=512)]
    thumbnail_height: Annotated[int, msgspec.Meta(ge=1, le=512)]
    placeholder: Annotated[
        str,
        msgspec.Meta(max_length=1000, pattern=whole("data:image/webp;base64,[A-Za-z0-9+/]+=*")),
    ]

    @property
    def content_type(self) -> str:
        return f"image/{self.format.lower()}"


class _Refusal(msgspec.Struct):
    refused: Literal["too_many_pixels", "broken_image"]
    error: str = ""


class Refused(Exception):
    """The picture cannot be shown; `reason` is a code for clients."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def develop(
    source: Path, format: Format, content: Path, thumbnail: Path, pixel_limit: int
) -> Picture:
    """Write the picture anew to `content` and a small one to `thumbnail`. Raises Refused, and
    OSError when the machine, not the picture, is to blame."""
    given = (source, format, content, thumbnail, pixel_limit, MEMORY, PROCESSOR_SECONDS)
    code, answer, errors = _run([sys.executable, "-I", str(START), *map(str, given)])
    if code in _FAULTS:
        raise ChildProcessError(f"developing ended with {code}: {errors!r}")
    if code != 0:
        logger.info("developing a picture ended with %s: %r", code, errors)
        raise Refused("broken_image")
    return _picture(answer)


def _run(command: list[str]) -> tuple[int, bytes, bytes]:
    """Its exit code, and the beginning and the end of what it prints and complains of: of a process
    that was taken over there may be more than memory holds."""
    with TemporaryFile() as answer, TemporaryFile() as errors:
        try:
            # A session of its own: what a terminal sends to stop the worker would end it too.
            done = subprocess.run(
                command,
                stdin=subprocess.DEVNULL,
                stdout=answer,
                stderr=errors,
                env={},
                timeout=SECONDS,
                start_new_session=True,
            )
        except subprocess.TimeoutExpired as error:
            raise TimeoutError("developing took too long, and little of the processor") from error
        answer.seek(0)
        errors.seek(-min(errors.tell(), _TOLD), os.SEEK_END)
        return done.returncode, answer.read(_TOLD), errors.read(_TOLD)


def _picture(answer: bytes) -> Picture:
    """It is read with care: a picture may have taken over the process that wrote it."""
    try:
        return msgspec.json.decode(answer, type=Picture)
    except msgspec.DecodeError:
        refusal = _refusal(answer)
    logger.info("refused a picture: %s (%s)", refusal.refused, refusal.error)
    raise Refused(refusal.refused)


def _refusal(answer: bytes) -> _Refusal:
    try:
        return msgspec.json.decode(answer, type=_Refusal)
    except msgspec.DecodeError:
        return _Refusal("broken_image", repr(answer))
