"""Files' REST door."""

from __future__ import annotations

from rest_framework.request import Request

from project.files.doors.wire import ContentQuery, CreateFile, File, Link, NewFile
from project.files.reading import selectors
from project.files.services import uploading
from project.rest import Answer, Operations, caller

operations = Operations("files")


@operations.add(
    "POST",
    "/files",
    body=CreateFile,
    answers={201: NewFile},
    errors=("forbidden", "too_large"),
)
def create_file(request: Request, *, body: CreateFile) -> Answer:
    """Announce a file; the answer says how to upload its bytes"""
    return Answer(uploading.create_file(user_id=caller(request), given=body), 201)


@operations.add("POST", "/files/{file}/complete", answers={202: File}, errors=("not_found",))
def complete_file(request: Request, *, file: str) -> Answer:
    """Say that the bytes are uploaded: they are looked at in the background"""
    return Answer(uploading.complete_file(user_id=caller(request), file=file), 202)


@operations.add("GET", "/files/{file}", answers={200: File}, errors=("not_found",))
def show_file(request: Request, *, file: str) -> File:
    """One file"""
    return selectors.show_file(caller(request), file)


@operations.add(
    "GET",
    "/files/{file}/content",
    query=ContentQuery,
    answers={302: None},
    errors=("not_found",),
)
def show_content(request: Request, *, file: str, query: ContentQuery) -> Answer:
    """To the content of a ready file, by a link that lives 5 minutes"""
    link = _link(request, file, query)
    return Answer(status=302, headers={"Location": link.url, "Cache-Control": "no-store"})


@operations.add(
    "GET", "/files/{file}/link", query=ContentQuery, answers={200: Link}, errors=("not_found",)
)
def show_link(request: Request, *, file: str, query: ContentQuery) -> Answer:
    """The link alone, for what cannot send a token with its requests"""
    return Answer(_link(request, file, query), headers={"Cache-Control": "no-store"})


def _link(request: Request, file: str, query: ContentQuery) -> Link:
    return selectors.link_to(caller(request), file, thumbnail=query.variant == "thumbnail")
