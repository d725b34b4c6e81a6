"""Files that are ready to be sent, without the upload: that has tests of its own."""

from __future__ import annotations

import secrets
from typing import Any

from tests.apart import apart
from tests.people import Person


def ready_file(owner: Person, **given: Any) -> str:
    """The id of a document of this person's that was uploaded and found good."""
    from project.files.models import File, State

    plain = {"name": f"{secrets.token_hex(4)}.pdf", "size": 1234, "content_type": "application/pdf"}
    fields = plain | {"state": State.READY, "owner_id": int(owner.id)} | given
    return str(apart(lambda: File.objects.create(**fields).pk))


def ready_image(owner: Person, **given: Any) -> str:
    """The id of an image of this person's, 40 by 30 pixels."""
    shape = {"width": 40, "height": 30, "thumbnail_width": 40, "thumbnail_height": 30}
    image = {"name": "view.png", "content_type": "image/png", "placeholder": "data:image/webp,"}
    return ready_file(owner, **image | shape | given)


def reads(person: Person, file_id: str) -> bool:
    """Whether the server gives this person the file, and its content, now."""
    shown = person.http.get(f"/files/{file_id}")
    content = person.http.get(f"/files/{file_id}/content", follow_redirects=False)
    assert (shown.status_code, content.status_code) in ((200, 302), (404, 404)), content.text
    return shown.status_code == 200


def is_kept(file_id: str) -> bool:
    """Whether the file is there, for whomever; when it is not, its erasure must be on record."""
    from project.files.models import Erasure, File

    kept = apart(File.objects.filter(pk=int(file_id)).exists)
    assert apart(Erasure.objects.filter(file_id=int(file_id)).exists) is not kept
    return kept
