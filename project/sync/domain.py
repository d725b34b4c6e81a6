"""What the log answers for (`project.domains`)."""

from project.domains import Domain
from project.sync.log import close_log

DOMAIN = Domain(
    name="sync",
    models={
        "Head": "erased: log",
        "Update": "erased: log",
        "Epoch": "kept: it is nobody's",
        "FanOut": "kept: it ends with its work",
    },
    exports={},
    erasers={"log": close_log},
    holders={},
    updates=("skipped",),
    signals={},
    bootstrap={},
    counts={},
    feed=(),
    search=(),
)
