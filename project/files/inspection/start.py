"""The program that develops one picture, run by its path in Python's isolated mode. Nothing but
Pillow and this package is loaded, and no setting or secret is there to be found.

Arguments: source, format, content, thumbnail, pixel limit, bytes of memory, seconds of processor.
It prints a JSON object: what was developed, or `{"refused": reason}`. It ends with a traceback when
the machine, or this program, is to blame.
"""

import ctypes
import errno
import json
import resource
import signal
import sys
import types
from pathlib import Path

PR_SET_PDEATHSIG = 1
MACHINE = {errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EROFS, errno.EACCES, errno.ENOENT}
PROJECT = Path(__file__).resolve().parents[2]


def confine(memory: int, seconds: int) -> None:
    """Die with the parent; take no more than this; write no file larger than this memory."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def hollow(name: str, folder: Path) -> None:
    """Let modules below this package be found without running the package itself: `project` loads
    Celery and the settings."""
    package = types.ModuleType(name)
    package.__path__ = [str(folder)]
    sys.modules[name] = package


def main(source: str, format: str, content: str, thumbnail: str, *numbers: str) -> None:
    pixel_limit, memory, seconds = map(int, numbers)
    confine(memory, seconds)
    hollow("project", PROJECT)
    from PIL import Image

    from project.files.inspection.developing import develop

    try:
        made = develop(Path(source), format, Path(content), Path(thumbnail), pixel_limit)
    except Image.DecompressionBombError:
        answer: dict[str, object] = {"refused": "too_many_pixels"}
    except Exception as error:  # whatever a decoder raises says that it cannot read these bytes
        if isinstance(error, OSError) and error.errno in MACHINE:
            raise
        answer = {"refused": "broken_image", "error": f"{type(error).__name__}: {error}"}
    else:
        answer = made._asdict()
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main(*sys.argv[1:])
