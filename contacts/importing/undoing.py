"""Putting a book back as it was before its last import.

All in one transaction: contacts may have changed places, so that all that were touched have to be
gone before any of them is put back.
"""

from __future__ import annotations

from collections.abc import Sequence

from contacts.importing import writing
from contacts.importing.applying import Result, Task, discard, new_contact
from contacts.importing.entries import Before, Entry, Image, Outcome
from contacts.importing.preparing import Prepared
from contacts.matching import finding, optouts


def entries_before(images: Sequence[Before]) -> list[Entry]:
    """What an import must do to undo one that kept these; of several of one contact the first."""
    first: dict[int, Before] = {}
    for one in images:
        first.setdefault(one.image.contact, one)
    return [
        Entry(one.ref, name=one.name, remove=not one.image.card, image=one.image)
        for one in first.values()
    ]


def put_back(task: Task, entries: Sequence[Entry]) -> Result:
    """Each contact as its image shows it, or gone if there was none. A match that stands is kept;
    nothing is charged, as all was in the book before."""
    result = Result([None] * len(entries))
    images = [entry.image for entry in entries if entry.image is not None]
    wanted = _restorable(entries)
    book_id = task.job.book_id
    here = writing.known_by("id", book_id, (image.contact for image in images))
    here += writing.known_by("anchor", book_id, (each for one in wanted for each in one.anchors))
    discard(list({known.id for known in here}), result)
    found = finding.find(task.owner, [key for one in wanted for key in one.keys])
    contacts, keyed = [], {}
    for one in wanted:
        image = one.entry.image or Image(0)
        user_id = finding.best(one.keys, found)
        contacts.append(new_contact(image.contact, one, user_id))
        keyed[image.contact] = one.keys
        kind = "invitable" if user_id is None else "matched"
        result.outcomes[one.position] = Outcome(one.entry.ref, kind, contact=image.contact)
    writing.insert(task.owner.id, task.job.book_id, contacts)
    writing.set_keys(task.owner.id, [], keyed)
    known = [b.image.contact for b in result.before]
    result.before += [
        Before(one.entry.ref, "", Image(i)) for i, one in zip(keyed, wanted, strict=True)
        if i not in set(known)
    ]  # fmt: skip
    result.changed = list(keyed)
    result.removed = [i for i in known if i not in keyed]
    for place, entry in enumerate(entries):
        if result.outcomes[place] is None and entry.image is not None:
            result.outcomes[place] = Outcome(entry.ref, "removed", contact=entry.image.contact)
    return result


def _restorable(entries: Sequence[Entry]) -> list[Prepared]:
    """Those that had been there, but for what wants to be in no book since."""
    wanted = []
    for place, entry in enumerate(entries):
        if entry.image is not None and not entry.remove:
            one = Prepared(place, entry, entry.image.digest)
            one.hold(writing.card_of(entry.image.card))
            wanted.append(one)
    optouts.strip(wanted)
    return [one for one in wanted if one.keys]
