"""The Celery app: `celery -A project worker`, `celery -A project beat`."""

from __future__ import annotations

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "project.settings")

app = Celery("confab")
app.config_from_object("project.settings:CELERY")  # read when first needed
app.autodiscover_tasks()
