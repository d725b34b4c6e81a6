"""What is written to people. Each letter is plain text; its HTML is the same text, framed."""

from __future__ import annotations

from typing import NamedTuple

from django.template.loader import render_to_string

from accounts.models import Purpose


class Letter(NamedTuple):
    subject: str
    text: str

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


def already_registered() -> Letter:
    """To the owner of an address with which somebody tried to sign up."""
    return Letter(
        "You already have an account",
        "Somebody tried to sign up to Confab with your address.\n\n"
        "If it was you: there is an account with this address already, so log in with it, or reset "
        "the password if you have forgotten it.\n\n"
        "If it was not you, there is nothing to do. No new account was made and no code was sent.",
    )
