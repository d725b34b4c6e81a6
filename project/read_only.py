"""The admin where operators may look and nothing else."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest


class ReadOnly:
    """Stands before `ModelAdmin` among the bases. Actions over a selection are no change here."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
