"""Carrying a message to its destination."""

from __future__ import annotations

from django.core.mail import EmailMultiAlternatives

from accounts.letters import Letter
from accounts.outbox import keep_copy


def send_mail(to: str, letter: Letter) -> None:
    """As text and HTML. Raises what the mail server raises, for the task to try again."""
    mail = EmailMultiAlternatives(letter.subject, letter.text, to=[to])
    mail.attach_alternative(letter.html, "text/html")
    mail.send()
    keep_copy(channel="email", to=to, subject=letter.subject, text=letter.text)
