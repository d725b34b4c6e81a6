"""Every pattern of the product takes a time that is linear in what strangers send, and a pattern
that judges all of a text judges its last character too."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tests.cheapness import costs_less

ROOT = Path(__file__).resolve().parents[1]
APPS = ("accounts", "chat", "contacts", "feed", "search", "project")
TRUSTED = ("project.bundling",)
"""Patterns that only our own files meet."""

USES = "match|search|fullmatch|sub|finditer|findall|split"
SECONDS = 0.05
LENGTH = 10_000
PIECES = [
    " ", "\t\n", "<", "<!doctype ", "<!doctype x[", "]", "<!--", "-", "<?", "a", "\"", "\"a", "=",
    "a=", ":", ";", "/",
    "http://a.", ".", "a.", "#", "#a", "0", "+", "(", "BEGIN:VCARD\n", "PK\x03\x04",
    "data:", "\\", "e\u0301", "\u4e2d", "\u200d", "&", "a-", "from:", "=?", "`", "'",
    "\"\"", "\\;", "\n", "\r", "\r\n ", "\n ", "x", "ext", "e mail", "электронн", "(0", "()", "[",
    "tel;", "名", "begin:vcard\n",
]  # fmt: skip


def modules() -> Iterator[ModuleType]:
    for app in APPS:
        package = importlib.import_module(app)
        yield package
        for found in pkgutil.walk_packages(package.__path__, f"{app}."):
            parts = found.name.split(".")
            if not {"migrations", "management", "__main__", "start"} & set(parts):
                yield importlib.import_module(found.name)


def patterns() -> dict[str, tuple[re.Pattern[Any], str]]:
    """All that modules hold, by a name, each with every way in which its module uses it."""
    found: dict[str, tuple[re.Pattern[Any], str]] = {}
    for module in modules():
        source = Path(str(module.__file__)).read_text()
        for name, value in vars(module).items():
            values = value.values() if isinstance(value, dict) else [value]
            for place, each in enumerate(values):
                for part in each if isinstance(each, tuple) else (each,):
                    if isinstance(part, re.Pattern) and module.__name__ not in TRUSTED:
                        for use in sorted(set(re.findall(rf"\b{name}\.({USES})\(", source))) or [
                            "match"
                        ]:
                            label = f"{module.__name__}.{name}[{place}].{use}"
                            found[label] = (part, use)
    return found


PATTERNS = patterns()


def hostile(piece: str) -> Iterator[str]:
    many = piece * (LENGTH // len(piece))
    yield many + "\x00"
    yield "+" + many + "\x00"
    yield many
    yield many + "!"
    yield "begin" + many
    yield "<!doctype " + many


@pytest.mark.parametrize("name", PATTERNS)
def test_a_pattern_is_linear(name: str) -> None:
    pattern, use = PATTERNS[name]
    for piece in PIECES:
        for text in hostile(piece):
            given: Any = text.encode() if isinstance(pattern.pattern, bytes) else text
            assert costs_less(SECONDS, partial(_use, pattern, use, given)), piece


def _use(pattern: re.Pattern[Any], use: str, given: Any) -> None:
    if use == "sub":
        pattern.sub(given[:0], given)
    elif use == "finditer":
        list(pattern.finditer(given))
    else:
        getattr(pattern, use)(given)


def strings(path: Path) -> Iterator[tuple[int, str]]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call):
            for word in node.keywords:
                if word.arg == "pattern" and isinstance(word.value, ast.Constant):
                    yield node.lineno, str(word.value.value)


def test_no_pattern_of_an_input_lets_a_final_newline_pass() -> None:
    """They are made by `project.wire.whole`."""
    loose = [
        f"{path.relative_to(ROOT)}:{line}"
        for app in APPS
        for path in (ROOT / app).rglob("*.py")
        for line, pattern in strings(path)
        if pattern.endswith("$")
    ]
    assert loose == []
