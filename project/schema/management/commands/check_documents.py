"""`manage.py check_documents`: the OpenAPI and the AsyncAPI document against their rules."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from project.schema import asyncapi, checks, openapi


class Command(BaseCommand):
    help = "Check that both documents are valid (needs the development packages)."

    def handle(self, *args: Any, **options: Any) -> None:
        """Raises CommandError with every fault."""
        operations = import_module(settings.ROOT_URLCONF).OPERATIONS
        faults = [*checks.faults_of_openapi(openapi.document(operations))]
        faults += checks.faults_of_asyncapi(asyncapi.document())
        if faults:
            raise CommandError("\n".join(faults))
        self.stdout.write("Both documents are valid.")
