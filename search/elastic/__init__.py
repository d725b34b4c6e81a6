"""Elasticsearch, for those who have it. The modules beside this one import its client, which costs
a process 0.3 s of CPU and 12 MiB at its start; so whoever works without it too imports them
where they are needed, and asks here whether they are.
"""

from __future__ import annotations

from django.conf import settings


class Away(Exception):
    """Elasticsearch is not there, too slow, has no index of ours, or does not answer this query."""


def configured() -> bool:
    return bool(settings.ELASTICSEARCH_URL)
