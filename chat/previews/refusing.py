"""Why there is no preview."""

from __future__ import annotations


class Refused(Exception):
    """The page is not fetched, or what came is not used. The argument says why, for the log."""
