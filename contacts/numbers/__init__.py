"""Phone numbers as people write them, and the one form in which they are compared."""

from __future__ import annotations

from contacts.numbers.plans import alias, forms
from contacts.numbers.reading import Number, normalise

__all__ = ["Number", "alias", "forms", "normalise"]
