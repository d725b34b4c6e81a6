"""Why everything had to stop."""

from __future__ import annotations


class LaunchFailed(Exception):
    """The text is one line for whoever typed the command."""
