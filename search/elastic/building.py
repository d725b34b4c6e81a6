"""Indexes in Elasticsearch come and go; an alias names the one that answers."""

from __future__ import annotations

from elasticsearch import NotFoundError

from search.elastic import Away
from search.elastic.client import writing
from search.elastic.definition import SETTINGS, alias, body, new_name
from search.models import ElasticIndex, Walk

FAST = {"refresh_interval": "-1", "translog.durability": "async"}
"""While an index is filled; a crash of the server then begins it anew."""

USUAL = {"refresh_interval": SETTINGS["refresh_interval"], "translog.durability": "request"}


def is_whole() -> bool:
    """Whether each index that we know of is still there. One that is lost, by a wiped server, is
    forgotten."""
    known = list(ElasticIndex.objects.all())
    with writing() as elastic:
        lost = [index for index in known if not elastic.indices.exists(index=index.name)]
        if lost:
            ElasticIndex.objects.filter(pk__in=[index.pk for index in lost]).delete()
            Walk.objects.filter(pk__in=[index.pk for index in lost]).delete()
    return len(lost) < len(known)


def begin() -> ElasticIndex:
    """A new and empty index, which from now on hears of every change. One that was being built
    already is given up."""
    for given_up in ElasticIndex.objects.filter(state="building"):
        _drop(given_up)
    made = body()
    made["settings"] = {**made["settings"], **FAST}
    name = new_name()
    with writing() as elastic:
        elastic.indices.create(index=name, **made)
    return ElasticIndex.objects.create(name=name, state="building")


def finish(index: ElasticIndex) -> None:
    """Let a full index answer, in the place of the one that did. For the caller to hold the lock of
    Elasticsearch's indexes: what the feeder wrote must be shown from the first moment."""
    others = list(ElasticIndex.objects.exclude(pk=index.pk))
    with writing() as elastic:
        elastic.indices.put_settings(index=index.name, settings=USUAL)
        elastic.options(request_timeout=60).indices.refresh(index=index.name)
        old = [{"remove_index": {"index": other.name}} for other in others if _exists(other)]
        new = {"add": {"index": index.name, "alias": alias()}}
        elastic.indices.update_aliases(actions=[new, *old])
    ElasticIndex.objects.filter(pk__in=[other.pk for other in others]).delete()
    ElasticIndex.objects.filter(pk=index.pk).update(state="live")


def _exists(index: ElasticIndex) -> bool:
    with writing() as elastic:
        return bool(elastic.indices.exists(index=index.name))


def _drop(index: ElasticIndex) -> None:
    Walk.objects.filter(pk=index.pk).delete()
    index.delete()
    try:
        with writing() as elastic:
            elastic.indices.delete(index=index.name)
    except Away as error:
        if not isinstance(error.__cause__, NotFoundError):
            raise
