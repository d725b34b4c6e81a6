"""Search's REST door."""

from __future__ import annotations

from typing import Any

from rest_framework.request import Request

from project.database import replicas
from project.rest import Operations, caller
from search.doors.inputs import SearchQuery, SuggestQuery
from search.doors.limits import SEARCHING, SUGGESTING
from search.doors.wire import SearchAnswer, Suggestions
from search.reading import searching, suggesting
from search.services import recent

operations = Operations("search")


@operations.add("GET", "/search", query=SearchQuery, answers={200: SearchAnswer}, rate=SEARCHING)
def search(request: Request, *, query: SearchQuery) -> Any:
    """Find messages, people, files and contacts"""
    reader = caller(request)
    answer = replicas.reading(reader, lambda: searching.search(reader, query))
    if query.cursor is None:
        recent.remember(user_id=reader, text=query.q)
    return answer


@operations.add(
    "GET", "/search/suggest", query=SuggestQuery, answers={200: Suggestions}, rate=SUGGESTING
)
def suggest(request: Request, *, query: SuggestQuery) -> Suggestions:
    """How what stands in the search box may go on"""
    return suggesting.suggest(caller(request), query.q)
