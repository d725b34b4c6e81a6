"""What operators see of files: that they are there, never what is in them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.http import HttpRequest

from project.files.models import Erasure, File

if TYPE_CHECKING:
    FilePages = admin.ModelAdmin[File]
    ErasurePages = admin.ModelAdmin[Erasure]
else:  # Django's class takes no parameters when it runs
    FilePages = ErasurePages = admin.ModelAdmin


class ReadOnly:
    """Files change by what people do, and erasures by being done."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(File)
class FileAdmin(ReadOnly, FilePages):
    list_display = ("id", "owner", "content_type", "size", "state", "reason", "created_at")
    list_select_related = ("owner",)
    list_filter = ("state", "reason")
    search_fields = ("=id", "=owner__id", "=key")
    fields = readonly_fields = (
        "owner", "key", "content_type", "size", "state", "reason", "width", "height",
        "created_at", "completed_at", "used_at",
    )  # fmt: skip
    show_full_result_count = False


@admin.register(Erasure)
class ErasureAdmin(ReadOnly, ErasurePages):
    list_display = (
        "id", "file_id", "owner_id", "cause", "attempts", "requested_at", "finished_at",
    )  # fmt: skip
    list_filter = ("cause", ("finished_at", admin.EmptyFieldListFilter))
    search_fields = ("=id", "=file_id", "=owner_id", "=key")
    fields = readonly_fields = (
        "file_id", "owner_id", "key", "cause", "stores", "attempts", "requested_at", "finished_at",
    )  # fmt: skip
    show_full_result_count = False
