"""What files answer for (`project.domains`)."""

from project.domains import Domain
from project.files.doors.wire import File
from project.files.reading import updates  # noqa: F401  # registers the renderer
from project.files.reading.selectors import own_files
from project.files.reading.shapes import file_output
from project.files.services.releasing import erase_unheld


def _files(user_id: int) -> list[File]:
    return [file_output(file) for file in own_files(user_id)]


DOMAIN = Domain(
    name="files",
    models={
        "File": "erased: files",
        "Erasure": "kept: the record of what was erased",
    },
    exports={"files": _files},
    erasers={"files": erase_unheld},
    holders={},
    updates=("file.updated",),
    signals={},
    bootstrap={},
    counts={},
    feed=(),
    search=(),
)
