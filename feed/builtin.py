"""The kinds that every installation has; the domains publish them. Chat brings its own."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from feed.kinds import Kind, register_kind


def register_kinds() -> None:
    for kind in (
        Kind(
            "contact.joined",
            title=_("{actor} is on Confab"),
            title_many=_("{actor} and {others} more of your contacts are on Confab"),
            push=True,
        ),
        Kind(
            "invite.accepted",
            title=_("{actor} accepted your invitation"),
            title_many=_("{actor} and {others} more accepted your invitation"),
            push=True,
        ),
        Kind(
            "import.finished",
            title=_("Your contacts are imported"),
            body=_("{matched} of {total} are on Confab."),
        ),
        Kind(
            "security.new_session",
            title=_("New login to your account"),
            body=_("Somebody logged in with a new device: {detail}."),
            push=True,
            email="instant",
            critical=True,
            own_letter=True,
        ),
        Kind(
            "security.identity_changed",
            title="{title}",
            body="{detail}",
            push=True,
            email="instant",
            critical=True,
            own_letter=True,
        ),
    ):
        register_kind(kind)
