"""Carrying a message to its destination."""

from __future__ import annotations

from collections.abc import Mapping

from django.core.mail import EmailMultiAlternatives

from accounts.letters import sms
from accounts.letters.outbox import keep_copy
from accounts.letters.writing import Letter
from project.fixed_codes import fixed_code


def send(channel: str, to: str, letter: Letter, headers: Mapping[str, str] | None = None) -> None:
    """By `email`, with these headers, or `sms`; to a number with a fixed code nothing goes. Raises
    what the carrier raises, for the task to try again."""
    if channel == "sms":
        if fixed_code(to):
            return
        text = letter.brief
        sms.send(to, text)
        keep_copy(channel="sms", to=to, subject="", text=text)
        return
    mail = EmailMultiAlternatives(letter.subject, letter.text, to=[to], headers=dict(headers or {}))
    mail.attach_alternative(letter.html, "text/html")
    mail.send()
    keep_copy(channel="email", to=to, subject=letter.subject, text=letter.text)
