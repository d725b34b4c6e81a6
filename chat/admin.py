"""What operators see of chat: reports, how actions went, and nothing else that anyone said."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import admin
from django.db.models import QuerySet
from django.db.models.functions import Now
from django.http import HttpRequest
from django.utils import timezone

from chat.models import ActionRun, Report
from chat.services.actions import BLOCKED

if TYPE_CHECKING:
    ReportPages = admin.ModelAdmin[Report]
    ActionPages = admin.ModelAdmin[ActionRun]
else:  # Django's class takes no parameters when it runs
    ReportPages = ActionPages = admin.ModelAdmin


@admin.action(description="Mark as handled")
def mark_as_handled(
    model: admin.ModelAdmin[Report], request: HttpRequest, reports: QuerySet[Report]
) -> None:
    reports.filter(handled_at=None).update(handled_at=timezone.now())


@admin.register(Report)
class ReportAdmin(ReportPages):
    list_display = ("created_at", "reason", "reporter", "reported", "handled_at")
    list_filter = ("reason", ("handled_at", admin.EmptyFieldListFilter))
    list_select_related = ("reporter", "reported")
    search_fields = ("reporter__username", "reported__username")
    ordering = ("-created_at",)
    actions = (mark_as_handled,)
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Report | None = None) -> bool:
        """Looking is all; the action needs no form."""
        return obj is None

    def has_delete_permission(self, request: HttpRequest, obj: Report | None = None) -> bool:
        return False


@admin.action(description="Run again")
def run_again(
    model: admin.ModelAdmin[ActionRun], request: HttpRequest, runs: QuerySet[ActionRun]
) -> None:
    over = runs.filter(state__in=[ActionRun.State.GIVEN_UP, ActionRun.State.NOT_RUN])
    over.exclude(error=BLOCKED).update(state=ActionRun.State.WAITING, attempts=0, due_at=Now())


@admin.register(ActionRun)
class ActionRunAdmin(ActionPages):
    list_display = ("created_at", "name", "user", "state", "attempts", "error", "done_at")
    list_filter = ("state", "name")
    list_select_related = ("user",)
    search_fields = ("user__username",)
    ordering = ("-created_at",)
    actions = (run_again,)
    exclude = ("params",)
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: ActionRun | None = None) -> bool:
        return obj is None

    def has_delete_permission(self, request: HttpRequest, obj: ActionRun | None = None) -> bool:
        return False
