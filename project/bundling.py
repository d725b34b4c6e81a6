"""The page in one script and one style sheet, made of its modules without anything but Python.

It understands the modules of this project and no others: imports and exports stand at the
beginning of a line, in the forms below, and no module imports one that imports it. What it does not
know it refuses; a test bundles the page as it is. Each module becomes a function that is called
once, in the order of the imports, so names in it stay its own.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import rcssmin
import rjsmin
from whitenoise.compress import Compressor

_IMPORT = re.compile(r'^import (?:\{([^}]*)\} from )?"([^"]+)";$', re.MULTILINE)
_PASSED_ON = re.compile(r'^export \{([^}]*)\} from "([^"]+)";$', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?(?:function|class|const) (\w+))", re.MULTILINE)
_NOTHING = re.compile(r"^export \{\};$", re.MULTILINE)
_UNKNOWN = re.compile(r"^(?:import|export)\b.*$|[^.\w]import\(", re.MULTILINE)
_SHEET = re.compile(r'^ *<link rel="stylesheet" href="/([^"]+)" />\n', re.MULTILINE)
_SCRIPT = re.compile(r'<script type="module" src="/([^"]+)"></script>')
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)


class NotUnderstood(Exception):
    """A module is written in a way that this does not know."""


def build(page: Path, into: Path) -> Path:
    """The folder with `index.html` and what it names, made unless it is there: `into`/<a hash>.

    Several processes may build at once; all of them end with the same.
    """
    made = into / _hash(*(file.read_bytes() for file in _sources(page)))
    if made.exists():
        return made
    into.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=into) as bench:
        folder = Path(bench) / "page"
        folder.mkdir(mode=0o755)
        _write(page, folder)
        try:
            folder.rename(made)
        except OSError:  # another process was first
            if not made.exists():
                raise
    for old in into.iterdir():
        if old != made and old.stat().st_mtime < made.stat().st_mtime - 86_400:
            shutil.rmtree(old, ignore_errors=True)
    return made


def _sources(page: Path) -> Iterator[Path]:
    yield Path(__file__)
    yield page / "index.html"
    for suffix in ("js", "css"):
        yield from sorted(page.rglob(f"*.{suffix}"))


def _hash(*contents: bytes) -> str:
    return hashlib.blake2b(b"\0".join(contents), digest_size=8).hexdigest()


def _write(page: Path, folder: Path) -> None:
    html = (page / "index.html").read_text()
    script = _SCRIPT.search(html)
    if script is None:
        raise NotUnderstood("index.html names no module")
    css = _kept(folder, "page", "css", stylesheet(page, _SHEET.findall(html)))
    js = _kept(folder, "page", "js", bundle(page, page / script[1]))
    html = _SHEET.sub("", html)
    tags = (
        f'<link rel="stylesheet" href="/{css}" />\n    <script type="module" src="/{js}"></script>'
    )
    (folder / "index.html").write_text(_SCRIPT.sub(tags, html))
    compressor = Compressor(quiet=True)
    for name in (css, js, "index.html"):
        list(compressor.compress(str(folder / name)))


def _kept(folder: Path, name: str, suffix: str, text: str) -> str:
    """Written under a name that tells its content; the name."""
    content = text.encode()
    hashed = f"{name}.{_hash(content)}.{suffix}"
    (folder / hashed).write_bytes(content)
    return hashed


def stylesheet(page: Path, names: list[str]) -> str:
    """The sheets in their order."""
    return str(rcssmin.cssmin("\n".join((page / name).read_text() for name in names)))


def bundle(page: Path, entry: Path) -> str:
    """The module `entry` with all that it imports. Raises NotUnderstood."""
    order = _in_order(page, entry)
    names = {module: f"$m{number}" for number, module in enumerate(order)}
    parts = [_wrapped(module, names) for module in order[:-1]]
    return str(rjsmin.jsmin("\n".join([*parts, _body(order[-1], names)])))


def _in_order(page: Path, entry: Path) -> list[Path]:
    """Each module after those that it imports."""
    order: list[Path] = []
    open_: list[Path] = []

    def visit(module: Path) -> None:
        if module in order:
            return
        if module in open_ or page not in module.parents:
            raise NotUnderstood(f"{module} imports itself by others, or lies elsewhere")
        open_.append(module)
        text = module.read_text()
        for _, where in [*_IMPORT.findall(text), *_PASSED_ON.findall(text)]:
            visit((module.parent / where).resolve())
        order.append(open_.pop())

    visit(entry.resolve())
    return order


def _wrapped(module: Path, names: dict[Path, str]) -> str:
    text = module.read_text()
    exports = _EXPORT.findall(text)
    for listed, where in _PASSED_ON.findall(text):
        source = names[(module.parent / where).resolve()]
        exports += [f"{name}: {source}.{name}" for name in _listed(listed)]
    inside = f"{_body(module, names)}\nreturn {{ {', '.join(exports)} }};"
    return f"const {names[module]} = (() => {{\n{inside}\n}})();"


def _body(module: Path, names: dict[Path, str]) -> str:
    """The module's text with its imports taken from what was made before."""

    def imported(found: re.Match[str]) -> str:
        source = names[(module.parent / found[2]).resolve()]
        wanted = ", ".join(name.replace(" as ", ": ") for name in _listed(found[1] or ""))
        return f"const {{ {wanted} }} = {source};" if wanted else ""

    text = _IMPORT.sub(imported, module.read_text())
    text = _NOTHING.sub("", _PASSED_ON.sub("", _EXPORT.sub("", text)))
    if unknown := _UNKNOWN.search(_COMMENT.sub("", text)):
        raise NotUnderstood(f"{module}: {unknown[0]}")
    return text


def _listed(names: str) -> list[str]:
    return [name.strip() for name in names.split(",") if name.strip()]
