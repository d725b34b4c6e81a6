"""What search answers for (`project.domains`)."""

from project.domains import Domain
from search.services import erasing, recent

DOMAIN = Domain(
    name="search",
    models={
        "Document": "erased: search_postgres",
        "Change": "kept: ids of what is to be indexed anew, for seconds",
        "Recent": "erased: searches",
        "ElasticIndex": "kept: names of indexes",
        "Walk": "kept: how far an audit has come",
    },
    exports={"searches": recent.searches},
    erasers={
        "searches": recent.forget,
        "search_postgres": erasing.erase_postgres,
        "search_elastic": erasing.erase_elastic,
    },
    holders={},
    updates=(),
    signals={},
    bootstrap={},
    counts={},
    feed=(),
    search=("user",),
)
