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
from project.read_only import ReadOnly

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
class ReportAdmin(ReadOnly, ReportPages):
    list_display = ("created_at", "reason", "reporter", "reported", "handled_at")
    list_filter = ("reason", ("handled_at", admin.EmptyFieldListFilter))
    list_select_related = ("reporter", "reported")
    search_fields = ("reporter__username", "reported__username")
    ordering = ("-created_at",)
    actions = (mark_as_handled,)
    show_full_result_count = False


@admin.action(description="Run again")
def run_again(
    model: admin.ModelAdmin[ActionRun], request: HttpRequest, runs: QuerySet[ActionRun]
) -> None:
    over = runs.filter(state__in=[ActionRun.State.GIVEN_UP, ActionRun.State.NOT_RUN])
    over.exclude(error=BLOCKED).update(state=ActionRun.State.WAITING, attempts=0, due_at=Now())


@admin.register(ActionRun)
class ActionRunAdmin(ReadOnly, ActionPages):
    list_display = ("created_at", "name", "user", "state", "attempts", "error", "done_at")
    list_filter = ("state", "name")
    list_select_related = ("user",)
    search_fields = ("user__username",)
    ordering = ("-created_at",)
    actions = (run_again,)
    exclude = ("params",)
    show_full_result_count = False
