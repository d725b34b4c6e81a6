"""What search takes."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from project import wire


class SearchQuery(wire.Input, rename={"kinds": "in"}):
    """`q` is in the grammar of search; `in` names kinds of results, joined by commas, and without
    it all are searched. `tz` is the name of a zone, such as `Europe/Vienna`: days in `q` are days
    there."""

    q: Annotated[str, msgspec.Meta(min_length=1)]
    kinds: str = "messages,people,files,contacts"
    sort: Literal["relevance", "newest"] = "relevance"
    tz: str = "UTC"
    limit: Annotated[int, msgspec.Meta(ge=1, le=200)] = 50
    cursor: str | None = None


class SuggestQuery(wire.Input):
    """`q` is what stands in the box so far; suggestions complete its last word."""

    q: str = ""
