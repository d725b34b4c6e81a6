"""Every address of the server. REST calls come from the apps' operation tables."""

from __future__ import annotations

from django.conf import settings
from django.contrib import admin
from django.urls import URLPattern, URLResolver, path, re_path

import accounts.doors.views
import accounts.doors.views.downloads
import chat.doors.views
import contacts.doors.landing
import contacts.doors.views
import feed.doors.views
import project.files.doors.views
import project.sync.views
import search.doors.views
from project import health, problems, serving
from project.rest import Operation, urls_of
from project.schema import views as schema

OPERATIONS: list[Operation] = [
    *accounts.doors.views.operations,
    *chat.doors.views.operations,
    *feed.doors.views.operations,
    *contacts.doors.views.operations,
    *project.files.doors.views.operations,
    *project.sync.views.operations,
    *search.doors.views.operations,
    *health.operations,
]

urlpatterns: list[URLPattern | URLResolver] = [
    *urls_of(OPERATIONS),
    *schema.urls(OPERATIONS),
    *urls_of(health.operations, prefix=""),  # for probes that know no API version
    path("metrics", health.metrics),
    path("api/v1/metrics", health.metrics),
    path("api/v1/exports/<str:token>", accounts.doors.views.downloads.export_file),
    path("admin/", admin.site.urls),
    *contacts.doors.landing.urls,
    *serving.urls,
]
if settings.DEBUG:
    from accounts.letters.outbox import outbox_page

    urlpatterns.append(path("dev/outbox", outbox_page))

# Also in development, where Django would answer with a page of its own.
urlpatterns.append(re_path("", problems.not_found))

handler400 = problems.bad_request
handler404 = problems.not_found
handler500 = problems.server_error
