"""What files take and give, behind both doors."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, UnsetType

from project import wire
from project.wire import Id, whole

Name = Annotated[str, msgspec.Meta(min_length=1, max_length=255)]
Size = Annotated[int, msgspec.Meta(ge=1, le=2**53)]
ContentType = Annotated[
    str, msgspec.Meta(max_length=127, pattern=whole(r"[A-Za-z0-9.+_-]+/[A-Za-z0-9.+_-]+"))
]
Sha256 = Annotated[str, msgspec.Meta(pattern=whole("[0-9a-f]{64}"))]


class Thumbnail(wire.Output):
    """A WebP of at most 512 pixels a side; `placeholder` is a tiny blurred one, as a data: URL."""

    width: int
    height: int
    placeholder: str


class File(wire.Output):
    """Once `ready`, `size` and `content_type` tell what is served; `width` and `height` are an
    image's. `reason` says why a file was rejected."""

    id: Id
    name: str
    size: int
    content_type: str
    state: Literal["pending", "processing", "ready", "rejected"]
    thumbnail: Thumbnail | None
    reason: str | UnsetType = UNSET
    width: int | UnsetType = UNSET
    height: int | UnsetType = UNSET


class Upload(wire.Output):
    """How to upload: a form of `fields` with the file last, as `file`, if there are fields;
    otherwise the bare bytes, with these `headers`. Good for `expires_in` seconds."""

    method: Literal["POST", "PUT"]
    url: str
    expires_in: int
    fields: dict[str, str] | UnsetType = UNSET
    headers: dict[str, str] | UnsetType = UNSET


class NewFile(File, kw_only=True):
    """A file that waits for its bytes."""

    upload: Upload


class Link(wire.Output):
    """Opens the content without further credentials, for `expires_in` seconds."""

    url: str
    expires_in: int


class CreateFile(wire.Input):
    """What is going to be uploaded: `size` in bytes, `sha256` in lower-case hex."""

    name: Name
    size: Size
    content_type: ContentType
    sha256: Sha256 | UnsetType = UNSET


class ContentQuery(wire.Input):
    variant: Literal["thumbnail"] | None = None
