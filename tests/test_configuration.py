"""`docs/configuration.md` lists every setting that the code reads."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
READ = re.compile(r"""\benv\.\w+\(\s*"([A-Z][A-Z0-9_]+)\"""")


def test_every_setting_is_described() -> None:
    read = set(READ.findall((ROOT / "project" / "settings.py").read_text()))
    page = (ROOT / "docs" / "configuration.md").read_text()
    described = set(re.findall(r"`([A-Z][A-Z0-9_]+)`", page))
    assert len(read) > 20
    assert read - described == set()
