"""What other apps may use of search.

An app makes its documents known in `AppConfig.ready`:

    register(Source(name="contact", kinds=[Kind("contact", "contacts", Contact)], build=…, keys=…,
                    show=…, visible="…", near="…"))

`search.documents.Source` says what each part is, and `chat/searching/` is the example to read. Its
tables tell of changes by themselves, in the transaction that makes them, through triggers that call
the database function `search_changed(source, subjects, parts)`; a migration of the app makes them
and depends on `search.0002_changed`. What was there before is told by the same migration. The
app's `Domain` names its kinds of document. An app of address books adds to `IN_BOOKS_OF` who has a
person in theirs; `ACQUAINTED` are people whom one always finds.
"""

from __future__ import annotations

from search.conditions import Above, Between, Both, Condition, Has, Never, Not, Within
from search.documents import (
    Document,
    Key,
    Kind,
    Resolved,
    Shown,
    Source,
    Suggestion,
    register,
)
from search.folding import MARKS, fold
from search.hashtags import hashtags_of, normal_hashtag
from search.indexing.feeding import feed
from search.people import ACQUAINTED, IN_BOOKS_OF, people_named
from search.reading.tagging import hashtag_counts

__all__ = [
    "ACQUAINTED",
    "IN_BOOKS_OF",
    "MARKS",
    "Above",
    "Between",
    "Both",
    "Condition",
    "Document",
    "Has",
    "Key",
    "Kind",
    "Never",
    "Not",
    "Resolved",
    "Shown",
    "Source",
    "Suggestion",
    "Within",
    "feed",
    "fold",
    "hashtag_counts",
    "hashtags_of",
    "normal_hashtag",
    "people_named",
    "register",
]
