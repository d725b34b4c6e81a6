"""What operators see of files: that they are there, never what is in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import admin

from project.files.models import Erasure, File
from project.read_only import ReadOnly

if TYPE_CHECKING:
    FilePages = admin.ModelAdmin[File]
    ErasurePages = admin.ModelAdmin[Erasure]
else:  # Django's class takes no parameters when it runs
    FilePages = ErasurePages = admin.ModelAdmin


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
