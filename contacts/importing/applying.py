"""Some entries of an import into the book. Called in a transaction that holds the book.

In this order each entry finds the contact that it is: the very same entry, one with the same keys,
one that the client calls by the same ref; or it is a new one. A contact that is taken already makes
a later entry its duplicate.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from contacts.importing import writing
from contacts.importing.entries import Before, Entry, Image, Outcome, Ref, ref_of, ref_text
from contacts.importing.preparing import Prepared, Regions, digest_of, prepare
from contacts.importing.writing import Known, New
from contacts.matching import finding, keys, optouts
from contacts.matching.budgets import Budget
from contacts.matching.finding import Found, Owner
from contacts.models import Import
from project.ids import new_ids


@dataclass
class Task:
    """What is known while an import is worked on. `taken` are the contacts that entries of this
    import are already, with the refs of these. `made` are all that there are, by digest, anchor and
    ref, while it fills an empty book; else None, and the database is asked. `following` are the
    entries that come next, which are made ready while these are written; there are none unless the
    entries before were `mostly_new`."""

    job: Import
    owner: Owner
    regions: Regions
    created_at: dt.datetime
    taken: dict[int, Ref] = field(default_factory=dict)
    made: dict[bytes | str, Known] | None = None
    following: Sequence[Entry] = ()
    mostly_new: bool = False
    _ready: tuple[Sequence[Entry], list[Prepared]] | None = None

    def make_ready(self) -> None:
        """Whoever comes to an entry that cannot be made ready will find so."""
        if self._ready and self._ready[0] is self.following:
            return
        with suppress(ValueError, TypeError, LookupError):
            self._ready = self.following, self._prepared(self.following)

    def ready(self, entries: Sequence[Entry]) -> list[Prepared] | None:
        """What was made ready of just these."""
        found, self._ready = self._ready, None
        return found[1] if found and found[0] is entries else None

    def _prepared(self, entries: Sequence[Entry]) -> list[Prepared]:
        prepared = [
            prepare(place, entry, digest_of(entry, self.regions), self.regions)
            for place, entry in enumerate(entries)
        ]
        for one in prepared:
            one.seal()
        return prepared

    def known_by(self, column: str, values: Iterable[Any]) -> list[Known]:
        """Contacts of the book by `digest`, `anchor` or `ref`."""
        if self.made is None:
            return writing.known_by(column, self.job.book_id, values)
        return [known for value in set(values) if (known := self.made.get(value)) is not None]


@dataclass
class Result:
    """What became of some entries, in their order; what was before; what others must learn."""

    outcomes: list[Outcome | None]
    before: list[Before] = field(default_factory=list)
    changed: list[int] = field(default_factory=list)
    removed: list[int] = field(default_factory=list)


def apply(task: Task, entries: Sequence[Entry]) -> Result:
    result = Result([None] * len(entries))
    _remove(task, entries, result)
    fresh = _unchanged(task, entries, result)
    fresh = _usable(task, fresh, result)
    targets = _targets(task, fresh, result)
    fresh = [p for p in fresh if p.position in targets]
    _write(task, fresh, targets, result)
    return result


def _remove(task: Task, entries: Sequence[Entry], result: Result) -> None:
    """What a delta takes away goes first."""
    wanted = {ref_text(entry.ref): place for place, entry in enumerate(entries) if entry.remove}
    if not wanted:
        return
    gone = {k.ref: k.id for k in task.known_by("ref", wanted)}
    for ref, place in wanted.items():
        result.outcomes[place] = Outcome(entries[place].ref, "removed", contact=gone.get(ref))
    for place, entry in enumerate(entries):
        if entry.remove and result.outcomes[place] is None:
            result.outcomes[place] = Outcome(entry.ref, "removed")
    if gone:
        task.made = None
        discard(list(gone.values()), result)


def discard(ids: list[int], result: Result) -> None:
    """Take these contacts out of the book."""
    result.before += writing.before(ids)
    result.removed += ids
    writing.remove(ids)


def _unchanged(task: Task, entries: Sequence[Entry], result: Result) -> list[Prepared]:
    """Note what is as it was, and make the rest ready. Nothing is written but other refs."""
    ready = task.ready(entries)
    digests = [p.digest for p in ready] if ready else [digest_of(e, task.regions) for e in entries]
    known = {k.digest: k for k in task.known_by("digest", digests)}
    fresh, renamed = [], {}
    for place, (entry, digest) in enumerate(zip(entries, digests, strict=True)):
        contact = known.get(digest)
        if entry.remove:
            continue
        if contact is None:
            fresh.append(ready[place] if ready else prepare(place, entry, digest, task.regions))
        elif _take(task, place, entry, contact, result):
            result.outcomes[place] = _standing(entry, contact.id, contact.user_id)
            if contact.ref != (ref := ref_text(entry.ref)):
                renamed[contact.id] = ref
    writing.rename(renamed)
    task.mostly_new = 2 * len(fresh) > len(entries)
    return fresh


def _take(task: Task, place: int, entry: Entry, contact: Known, result: Result) -> bool:
    """Whether the contact is this entry's; else it is a duplicate of the one whose it is."""
    if contact.id not in task.taken:
        first = ref_of(contact.ref)
        if task.job.mode == "full" or task.job.from_file or first == entry.ref:
            task.taken[contact.id] = entry.ref
            return True
        task.taken[contact.id] = first
    _note(result, place, entry, "duplicate", duplicate_of=task.taken[contact.id])
    return False


def _usable(task: Task, fresh: Sequence[Prepared], result: Result) -> list[Prepared]:
    """Those that have something to match and are not the owner's own."""
    optouts.strip(fresh)
    own = set(keys.proved(task.owner.phone, task.owner.email))
    usable = []
    for one in fresh:
        if not one.keys:
            _note(result, one.position, one.entry, "invalid", reason=one.reason)
        elif all(key.key in own for key in one.keys):
            _note(result, one.position, one.entry, "self")
        else:
            usable.append(one)
    return usable


def _targets(task: Task, fresh: Sequence[Prepared], result: Result) -> dict[int, Known | int]:
    """For each that is no duplicate: the contact that it is, or the id of a new one."""
    anchors = (each for one in fresh for each in one.anchors)
    anchored = {known.anchor: known for known in task.known_by("anchor", anchors)}
    targets: dict[int, Known | int] = {}
    made: dict[bytes, Ref] = {}
    rest = []
    for one in fresh:
        contact = next((anchored[each] for each in one.anchors if each in anchored), None)
        if contact is not None:
            if _take(task, one.position, one.entry, contact, result):
                targets[one.position] = contact
        elif one.anchor in made:
            _note(result, one.position, one.entry, "duplicate", duplicate_of=made[one.anchor])
        else:
            made[one.anchor] = one.entry.ref
            rest.append(one)
    refs = [] if task.job.from_file else [ref_text(one.entry.ref) for one in rest]
    called = {k.ref: k for k in task.known_by("ref", refs)} if refs else {}
    for one, made_id in zip(rest, new_ids(len(rest)), strict=True):
        named = called.pop(ref_text(one.entry.ref), None)
        if named is not None and named.id not in task.taken:
            task.taken[named.id] = one.entry.ref
            targets[one.position] = named
        else:
            targets[one.position] = made_id
    return targets


def _write(
    task: Task, fresh: Sequence[Prepared], targets: dict[int, Known | int], result: Result
) -> None:
    wanted = [key for one in fresh for key in one.keys]
    budget = Budget(task.owner.id, task.created_at, wanted)
    within = [one for one in fresh if budget.take(one.keys)]
    paid = {one.position for one in within}
    late = int(budget.retry_at().timestamp()) if len(within) < len(fresh) else 0
    for one in fresh:
        if one.position not in paid:
            target = targets[one.position]
            kept = target.id if isinstance(target, Known) else None
            _note(result, one.position, one.entry, "deferred", retry_at=late, contact=kept)
    wanted = [key for one in within for key in one.keys]
    found = finding.find(task.owner, wanted)
    with writing.meanwhile(task.make_ready):
        writing.note_seen(task.owner.id, budget.new)
        writing.note_matches(
            task.owner.id,
            [(key, f.user_id, f.assumed) for key, f in found.items() if f.is_new],
        )
        _store(task, within, targets, found, result)


def _store(
    task: Task,
    within: Sequence[Prepared],
    targets: dict[int, Known | int],
    found: dict[bytes, Found],
    result: Result,
) -> None:
    owner_id, book_id = task.owner.id, task.job.book_id
    old = [t.id for one in within if isinstance(t := targets[one.position], Known)]
    was = {b.image.contact: b for b in writing.before(old)} if old else {}
    created, updated, keyed = [], [], {}
    for one in within:
        target = targets[one.position]
        contact_id = target if isinstance(target, int) else target.id
        user_id = finding.best(one.keys, found)
        contact = new_contact(contact_id, one, user_id)
        keyed[contact_id] = one.keys
        task.taken[contact_id] = one.entry.ref
        result.outcomes[one.position] = _standing(one.entry, contact_id, user_id)
        if isinstance(target, int):
            created.append(contact)
            result.changed.append(contact_id)
            result.before.append(Before(one.entry.ref, "", Image(contact_id)))
        else:
            updated.append(contact)
            result.before.append(was[contact_id])
            if _looks_different(was[contact_id], one, user_id):
                result.changed.append(contact_id)
    writing.insert(owner_id, book_id, created)
    if task.made is not None:
        for new in created:
            known = Known(new.id, new.ref, new.anchor, new.digest, new.user_id)
            task.made[new.digest] = task.made[new.anchor] = task.made[new.ref] = known
    writing.update(updated)
    writing.set_keys(owner_id, old, keyed)


def new_contact(contact_id: int, one: Prepared, user_id: int | None) -> New:
    return New(
        contact_id,
        ref_text(one.entry.ref),
        one.anchor,
        one.digest,
        one.entry.name,
        one.sorted_as,
        one.sealed or one.seal(),
        user_id,
    )


def _looks_different(was: Before, one: Prepared, user_id: int | None) -> bool:
    image = was.image
    same = was.name == one.entry.name and image.user == user_id
    return not (same and writing.card_of(image.card) == one.card and was.ref == one.entry.ref)


def _standing(entry: Entry, contact_id: int, user_id: int | None) -> Outcome:
    kind = "invitable" if user_id is None else "matched"
    return Outcome(entry.ref, kind, line=entry.line, contact=contact_id)


def _note(result: Result, place: int, entry: Entry, kind: str, **more: object) -> None:
    result.outcomes[place] = Outcome(entry.ref, kind, line=entry.line, **more)  # type: ignore[arg-type]
