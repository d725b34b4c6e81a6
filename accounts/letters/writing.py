"""What is written to people. Each letter is plain text; its HTML is the same text, framed.

The texts are marked for Django's translation and looked up when a letter is written, in the
language that `LANGUAGE_CODE` names.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from accounts.models import Purpose

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise as Lazy


class Letter(NamedTuple):
    subject: str
    paragraphs: tuple[str, ...]

    @property
    def text(self) -> str:
        return "\n\n".join(self.paragraphs)

    @property
    def brief(self) -> str:
        """For a text message: the first paragraph."""
        return f"Confab: {self.paragraphs[0]}"

    @property
    def html(self) -> str:
        about = {"subject": self.subject, "paragraphs": self.paragraphs}
        return render_to_string("accounts/letter.html", about)


class Draft(NamedTuple):
    """A letter in whatever language it will be; `{…}` are filled in then."""

    subject: Lazy
    paragraphs: tuple[Lazy, ...]

    def letter(self, **filled: str) -> Letter:
        texts = (str(paragraph) for paragraph in self.paragraphs)
        return Letter(str(self.subject), tuple(text.format(**filled) for text in texts))


_FIVE_MINUTES = _("It is good for five minutes and for one use.")
_NEVER_ASKED = _(
    "Nobody from Confab will ever ask you for it. If you did not request it, ignore this."
)


def _code_draft(subject: Lazy, what_for: Lazy) -> Draft:
    return Draft(subject, (_("Your code is {code}"), what_for, _FIVE_MINUTES, _NEVER_ASKED))


_CODES = {
    Purpose.REGISTER: _code_draft(_("Your Confab code"), _("Enter it to finish signing up.")),
    Purpose.LOGIN: _code_draft(_("Your Confab code"), _("Enter it to log in.")),
    Purpose.EMAIL: _code_draft(
        _("Confirm your new address"), _("Enter it to use this address with your account.")
    ),
    Purpose.PHONE: _code_draft(
        _("Confirm your number"), _("Enter it to use this number with your account.")
    ),
    Purpose.RESET: _code_draft(_("Reset your password"), _("Enter it to choose a new password.")),
    Purpose.CONFIRM: _code_draft(
        _("Confirm that it is you"), _("Enter it to confirm a change to your account.")
    ),
    Purpose.OPT_OUT: _code_draft(
        _("Leave all address books"),
        _("Enter it to be taken out of the address books of Confab and to get no invitations."),
    ),
}


def code_letter(purpose: str, code: str) -> Letter:
    """The letter that brings a code; the only six digits in it are the code."""
    return _CODES[Purpose(purpose)].letter(code=code)


_NOT_YOU = _("If it was not you, reset your password now and look through your devices.")

NOTICES = {
    "already_registered": Draft(
        _("You already have an account"),
        (
            _("Somebody tried to sign up to Confab with your address."),
            _(
                "If it was you: there is an account with this address already, so log in with it, "
                "or reset the password if you have forgotten it."
            ),
            _(
                "If it was not you, there is nothing to do. No new account was made and no code "
                "was sent."
            ),
        ),
    ),
    "address_in_use": Draft(
        _("Somebody tried to use your address"),
        (
            _(
                "Somebody tried to add your address to another Confab account. It stays yours, and "
                "no code was sent."
            ),
            _("If it was you, take it out of your first account before."),
        ),
    ),
    "new_session": Draft(
        _("New login to your account"),
        (
            _("Somebody logged in to your Confab account with a new device: {detail}."),
            _NOT_YOU,
        ),
    ),
    "wrong_passwords": Draft(
        _("Too many wrong passwords"),
        (
            _("Somebody has tried a hundred wrong passwords for your Confab account."),
            _(
                "No password is taken on new devices any more. Devices that you have used before "
                "and your other ways to log in work as ever."
            ),
            _("To log in with a password on a new device, reset it first."),
        ),
    ),
    "email_changed": Draft(
        _("Your address was changed"),
        (_("The e-mail address of your Confab account is now {detail}."), _NOT_YOU),
    ),
    "phone_changed": Draft(
        _("Your number was changed"),
        (_("The phone number of your Confab account is now {detail}."), _NOT_YOU),
    ),
    "password_changed": Draft(
        _("Your password was changed"),
        (_("The password of your Confab account was changed."), _NOT_YOU),
    ),
    "identity_linked": Draft(
        _("A way to log in was added"),
        (_("Your Confab account can now be entered with {detail}."), _NOT_YOU),
    ),
    "identity_removed": Draft(
        _("A way to log in was removed"),
        (_("Your Confab account can no longer be entered with {detail}."), _NOT_YOU),
    ),
    "session_stolen": Draft(
        _("A device was logged out"),
        (
            _(
                "A device of your Confab account was logged out, because its key was used twice. "
                "This can mean that somebody has copied it."
            ),
            _NOT_YOU,
        ),
    ),
    "left": Draft(
        _("Your account was deleted"),
        (_("Your Confab account was deleted. What belongs to it is being erased."),),
    ),
}


def notice_letter(notice: str, detail: str = "") -> Letter:
    """One of `NOTICES`, with what it tells about. None of them holds a code."""
    return NOTICES[notice].letter(detail=detail)
