"""A server and workers with apps of the embedding application, on a Redis database of their own:
the workers of other tests know nothing of these apps and must not get their tasks."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from project.embedded.tether import spawn
from project.launch.place import read_place
from project.launch.plan import children
from tests.conftest import ROOT, own_redis, serving
from tests.people import Person, make_person

DOCUMENT = ROOT / "docs" / "embedding.md"
_FILE = re.compile(
    r"^`((?:approvals|parcels)/\w+\.py)`:\n\n```python\n(.*?)```", re.MULTILINE | re.DOTALL
)


def write_example(folder: Path) -> None:
    """The packages that the document shows, word for word."""
    files = dict(_FILE.findall(DOCUMENT.read_text()))
    assert files.keys() == {
        "approvals/apps.py",
        "approvals/hooks.py",
        "parcels/apps.py",
        "parcels/news.py",
    }
    for package in ("approvals", "parcels"):
        (folder / package).mkdir()
        (folder / package / "__init__.py").touch()
    for name, text in files.items():
        (folder / name).write_text(text)


@pytest.fixture(scope="package")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    folder = tmp_path_factory.mktemp("embedding application")
    write_example(folder)
    return {
        "EXTRA_APPS": "approvals,parcels,tests.embedding.trials",
        "PYTHONPATH": f"{folder}{os.pathsep}{ROOT}",
        "REDIS_URL": own_redis(),
        "LINK_PREVIEWS": "1",
        "TRIALS": str(folder),
    }


@pytest.fixture(scope="package")
def trials(environment: dict[str, str]) -> Path:
    """The folder in which the trials leave their traces."""
    return Path(environment["TRIALS"])


@pytest.fixture(scope="package")
def embedding(environment: dict[str, str]) -> Iterator[str]:
    """The address of the server; its workers run too, as the launcher starts them."""
    workers = [
        spawn(child.command, cwd=ROOT, env={**os.environ, **environment, **child.env})
        for child in children(read_place("run", environment), listener=0)
        if child.name in ("worker", "previews")
    ]
    with serving(**environment) as url:
        yield url
    for worker in workers:
        worker.terminate()
    for worker in workers:
        worker.wait(20)


@pytest.fixture
def alice(embedding: str) -> Iterator[Person]:
    person = make_person(embedding, "alice")
    yield person
    person.http.close()


@pytest.fixture
def bob(embedding: str) -> Iterator[Person]:
    person = make_person(embedding, "bob")
    yield person
    person.http.close()
