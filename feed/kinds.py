"""The kinds of notification: how each one reads, where it goes unless its reader says otherwise.

A domain registers its kinds when it starts. Texts are templates, marked for translation by whoever
writes them and looked up when an item is shown; `{…}` names the event's data or one of

    actor   the name of the one who did it last     others  how many others did it too
    count   how many events the item stands for
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

    from feed.models import Item

    Text = str | StrPromise

Email = Literal["off", "digest", "instant"]
Describe = Callable[[Sequence["Item"]], Sequence[Mapping[str, Any]]]
"""Fields for the templates of these items, as the person of each may see them: what is not kept in
the item itself."""


@dataclass(frozen=True)
class Kind:
    """`title_many` and `body_many` are for more than one event; without them the others serve.
    The list (`in_app`) cannot be switched off for a `critical` kind. Of one with an `own_letter`
    its domain sends the letter itself, if it is wanted at once."""

    name: str
    title: Text
    body: Text = ""
    title_many: Text = ""
    body_many: Text = ""
    in_app: bool = True
    push: bool = False
    email: Email = "off"
    critical: bool = False
    own_letter: bool = False
    describe: Describe | None = field(default=None, compare=False)

    def wishes(self) -> dict[str, Any]:
        """Where it goes for those who have not said otherwise."""
        return {"in_app": self.in_app, "push": self.push, "email": self.email}

    def title_of(self, fields: Mapping[str, Any]) -> str:
        many = fields["count"] > 1 and self.title_many
        return str(self.title_many if many else self.title).format_map(_Filled(fields)).strip()

    def body_of(self, fields: Mapping[str, Any]) -> str:
        many = fields["count"] > 1 and self.body_many
        return str(self.body_many if many else self.body).format_map(_Filled(fields)).strip()


class _Filled(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return ""


KINDS: dict[str, Kind] = {}


def register_kind(kind: Kind) -> Kind:
    """Make a kind known, once. Call it in `AppConfig.ready`."""
    if kind.name in KINDS:
        raise ValueError(f"The kind {kind.name} is there already.")
    if not 0 < len(kind.name) <= 64:
        raise ValueError("A kind's name has 1 to 64 characters.")
    KINDS[kind.name] = kind
    return kind
