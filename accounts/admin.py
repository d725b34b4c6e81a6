"""What operators see: people, and their sessions, which they can end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.contrib.auth.models import Group
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import HttpRequest

from accounts.models import Session, User
from accounts.services.sessions import end_sessions
from project.read_only import ReadOnly
from project.sync.log import append_and_tell_on_commit

admin.site.unregister(Group)

if TYPE_CHECKING:
    PeoplePages = admin.ModelAdmin[User]
    SessionPages = admin.ModelAdmin[Session]
else:  # Django's class takes no parameters when it runs
    PeoplePages = SessionPages = admin.ModelAdmin


@transaction.atomic
def _end_all(sessions: QuerySet[Session]) -> None:
    entries = []
    for user_id in sorted(set(sessions.values_list("user_id", flat=True))):
        own = sessions.filter(user_id=user_id).values_list("pk", flat=True)
        entries += end_sessions(user_id, Q(pk__in=list(own)))
    append_and_tell_on_commit(entries)


@admin.action(description="Log out of all devices")
def log_out_everywhere(
    model: admin.ModelAdmin[User], request: HttpRequest, people: QuerySet[User]
) -> None:
    _end_all(Session.objects.filter(user__in=people, revoked_at=None))


@admin.action(description="End these sessions")
def end_selected(
    model: admin.ModelAdmin[Session], request: HttpRequest, sessions: QuerySet[Session]
) -> None:
    _end_all(sessions)


@admin.register(User)
class UserAdmin(PeoplePages):
    """Locking a person out is done by taking away `is active`."""

    list_display = ("id", "username", "name", "email", "phone", "is_active", "created_at")
    list_filter = ("is_active", "is_staff")
    search_fields = ("=id", "username", "name", "=email", "=phone")
    fields = (
        "username",
        "name",
        "email",
        "phone",
        "is_active",
        "is_staff",
        "created_at",
        "left_at",
    )
    readonly_fields = ("username", "name", "email", "phone", "created_at", "left_at")
    actions = (log_out_everywhere,)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """Whoever is locked out loses their sessions at once."""
        super().save_model(request, obj, form, change)
        if not obj.is_active:
            _end_all(Session.objects.filter(user=obj, revoked_at=None))


@admin.register(Session)
class SessionAdmin(ReadOnly, SessionPages):
    list_display = ("id", "user", "device", "ip", "created_at", "last_used_at", "revoked_at")
    list_select_related = ("user",)
    search_fields = ("=id", "=user__id", "user__username")
    fields = readonly_fields = (
        "user", "device", "ip", "created_at", "last_used_at", "expires_at", "revoked_at",
    )  # fmt: skip
    actions = (end_selected,)
