"""What is written to people. Each letter is plain text; its HTML is the same text, framed."""

from __future__ import annotations

from typing import NamedTuple

from django.template.loader import render_to_string

from accounts.models import Purpose


class Letter(NamedTuple):
    subject: str
    text: str

    @property
    def brief(self) -> str:
        """For a text message: the first paragraph."""
        return f"Confab: {self.text.partition(chr(10))[0]}"

    @property
    def html(self) -> str:
        paragraphs = self.text.split("\n\n")
        return render_to_string(
            "accounts/letter.html", {"subject": self.subject, "paragraphs": paragraphs}
        )


_WHAT_FOR = {
    Purpose.REGISTER: ("Your Confab code", "to finish signing up"),
    Purpose.LOGIN: ("Your Confab code", "to log in"),
    Purpose.EMAIL: ("Confirm your new address", "to use this address with your account"),
    Purpose.PHONE: ("Confirm your number", "to use this number with your account"),
    Purpose.RESET: ("Reset your password", "to choose a new password"),
    Purpose.CONFIRM: ("Confirm that it is you", "to confirm a change to your account"),
}


def code_letter(purpose: str, code: str) -> Letter:
    """The letter that brings a code; the only six digits in it are the code."""
    subject, what_for = _WHAT_FOR[Purpose(purpose)]
    return Letter(
        subject,
        f"Your code is {code}\n\n"
        f"Enter it {what_for}. It is good for five minutes and for one use.\n\n"
        "Nobody from Confab will ever ask you for it. If you did not request it, ignore this.",
    )


_NOT_YOU = "If it was not you, reset your password now and look through your devices."

NOTICES = {
    "already_registered": Letter(
        "You already have an account",
        "Somebody tried to sign up to Confab with your address.\n\n"
        "If it was you: there is an account with this address already, so log in with it, or reset "
        "the password if you have forgotten it.\n\n"
        "If it was not you, there is nothing to do. No new account was made and no code was sent.",
    ),
    "address_in_use": Letter(
        "Somebody tried to use your address",
        "Somebody tried to add your address to another Confab account. It stays yours, and no code "
        "was sent.\n\nIf it was you, take it out of your first account before.",
    ),
    "new_session": Letter(
        "New login to your account",
        f"Somebody logged in to your Confab account with a new device: {{detail}}.\n\n{_NOT_YOU}",
    ),
    "email_changed": Letter(
        "Your address was changed",
        f"The e-mail address of your Confab account is now {{detail}}.\n\n{_NOT_YOU}",
    ),
    "phone_changed": Letter(
        "Your number was changed",
        f"The phone number of your Confab account is now {{detail}}.\n\n{_NOT_YOU}",
    ),
    "password_changed": Letter(
        "Your password was changed",
        f"The password of your Confab account was changed.\n\n{_NOT_YOU}",
    ),
    "identity_linked": Letter(
        "A way to log in was added",
        f"Your Confab account can now be entered with {{detail}}.\n\n{_NOT_YOU}",
    ),
    "identity_removed": Letter(
        "A way to log in was removed",
        f"Your Confab account can no longer be entered with {{detail}}.\n\n{_NOT_YOU}",
    ),
    "session_stolen": Letter(
        "A device was logged out",
        "A device of your Confab account was logged out, because its key was used twice. This can "
        f"mean that somebody has copied it.\n\n{_NOT_YOU}",
    ),
    "left": Letter(
        "Your account was deleted",
        "Your Confab account was deleted. What belongs to it is being erased.",
    ),
}


def notice_letter(notice: str, detail: str = "") -> Letter:
    """One of `NOTICES`, with what it tells about. None of them holds a code."""
    subject, text = NOTICES[notice]
    return Letter(subject, text.replace("{detail}", detail))
