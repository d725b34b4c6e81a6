"""What operators see of contacts: how imports went and how budgets stand, never a book."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import admin

from contacts.models import Book, Import
from contacts.models.matches import Seen
from project.read_only import ReadOnly

if TYPE_CHECKING:
    ImportPages = admin.ModelAdmin[Import]
    BookPages = admin.ModelAdmin[Book]
else:  # Django's class takes no parameters when it runs
    ImportPages = BookPages = admin.ModelAdmin


@admin.register(Import)
class ImportAdmin(ReadOnly, ImportPages):
    list_display = (
        "created_at", "owner_id", "mode", "state", "total", "processed", "matched", "invitable",
        "invalid", "duplicate", "deferred", "removed", "attempts", "error", "finished_at",
    )  # fmt: skip
    list_filter = ("state", "mode", "from_file")
    search_fields = ("=id", "=owner_id")
    ordering = ("-id",)
    fields = readonly_fields = (
        "id", "owner_id", "mode", "from_file", "state", "version", "total", "processed", "matched",
        "invitable", "invalid", "duplicate", "mine", "deferred", "removed", "changed", "told",
        "attempts", "beat_at", "created_at", "finished_at", "error",
    )  # fmt: skip
    show_full_result_count = False


@admin.register(Book)
class BookAdmin(ReadOnly, BookPages):
    """One device's book: how often it was sent, and how many numbers its owner has asked for."""

    list_display = ("id", "owner_id", "version", "needs_full", "numbers", "addresses")
    search_fields = ("=owner_id",)
    ordering = ("-id",)
    fields = readonly_fields = list_display
    show_full_result_count = False

    @admin.display(description="numbers of the budget")
    def numbers(self, book: Book) -> int:
        return Seen.objects.filter(owner_id=book.owner_id, is_phone=True).count()

    @admin.display(description="addresses of the budget")
    def addresses(self, book: Book) -> int:
        return Seen.objects.filter(owner_id=book.owner_id, is_phone=False).count()
