"""The page as production serves it: one piece, kept for ever, and talking to us alone."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import httpx
import pytest

from project import bundling
from project.serving import PAGE

PARTS = re.compile(r'(?:href|src)="(/page\.[0-9a-f]{16}\.(?:css|js))"')


def test_the_page_is_one_script_and_one_sheet_that_stay_for_ever(server: str) -> None:
    with httpx.Client(base_url=server) as http:
        index = http.get("/")
        parts = PARTS.findall(index.text)
        assert len(parts) == 2
        assert index.headers["Cache-Control"].startswith("max-age=0")
        seen = {"If-Modified-Since": index.headers["Last-Modified"]}
        assert http.get("/", headers=seen).status_code == 304
        transferred = 0
        for part in parts:
            answer = http.get(part, headers={"Accept-Encoding": "br"})
            assert answer.headers["Content-Encoding"] == "br"
            assert "immutable" in answer.headers["Cache-Control"]
            assert answer.headers["Content-Type"].startswith(("text/javascript", "text/css"))
            transferred += int(answer.headers["Content-Length"])
            plain = http.get(part, headers={"Accept-Encoding": "identity"})
            assert "Content-Encoding" not in plain.headers
        assert transferred < 130_000
        assert http.head(parts[0]).status_code == 200
        assert http.post(parts[0]).status_code == 405
        assert http.get("/page.0123456789abcdef.js").status_code == 404


def test_the_library_is_there_as_it_was_written(server: str) -> None:
    answer = httpx.get(server + "/client/index.js")
    assert answer.text == (PAGE / "client" / "index.js").read_text()


@pytest.mark.parametrize("path", ["/", "/client/index.js"])
def test_the_page_talks_to_its_own_server_alone(path: str, server: str) -> None:
    policy = httpx.get(server + path).headers["Content-Security-Policy"]
    directives = dict(part.strip().split(" ", 1) for part in policy.split(";"))
    allowed = directives["connect-src"].split()
    assert allowed == ["'self'", server.replace("http", "ws"), server]


def _page(folder: Path, **modules: str) -> Path:
    """A page of these modules, of which `main` is the first; lines are parted by `;`."""
    html = (
        '<link rel="stylesheet" href="/a.css" />\n<script type="module" src="/main.js"></script>\n'
    )
    (folder / "index.html").write_text(html)
    (folder / "a.css").write_text("a { color: red; }\n")
    for name, text in modules.items():
        (folder / f"{name}.js").write_text(text)
    return folder


def test_what_is_made_is_kept_until_a_source_changes(tmp_path: Path) -> None:
    source = tmp_path / "page"
    source.mkdir()
    page = _page(
        source, main='import { one } from "./a.js";\none();\n', a="export const one = 1;\n"
    )
    made = bundling.build(page, tmp_path / "made")
    before = {file.name: file.stat().st_mtime_ns for file in made.iterdir()}
    assert bundling.build(page, tmp_path / "made") == made
    assert {file.name: file.stat().st_mtime_ns for file in made.iterdir()} == before
    (page / "a.js").write_text("export const one = 2;\n")
    again = bundling.build(page, tmp_path / "made")
    assert again != made
    assert not {file.name for file in again.glob("*.js")} & set(before)


@pytest.mark.parametrize(
    "modules",
    [
        {"main": 'import one from "./a.js";\n', "a": "export const one = 1;\n"},
        {"main": 'import * as a from "./a.js";\n', "a": "export const one = 1;\n"},
        {"main": 'const a = await import("./a.js");\n', "a": "export const one = 1;\n"},
        {"main": 'import { one } from "./a.js";\n', "a": "export let one = 1;\n"},
        {"main": 'import { one } from "./a.js";\n', "a": "export default 1;\n"},
        {"main": 'import { a } from "./a.js";\n', "a": 'import { b } from "./main.js";\n'},
        {"main": 'import { a } from "../outside.js";\n'},
    ],
)
def test_a_module_that_is_written_otherwise_is_refused(
    modules: dict[str, str], tmp_path: Path
) -> None:
    with pytest.raises(bundling.NotUnderstood):
        bundling.bundle(_page(tmp_path, **modules), tmp_path / "main.js")


def test_every_sheet_and_module_of_the_page_is_in_it(tmp_path: Path) -> None:
    made = bundling.build(PAGE, tmp_path)
    script = next(made.glob("page.*.js")).read_text()
    sheet = next(made.glob("page.*.css")).read_text()
    for module in (PAGE / "app").rglob("*.js"):
        for name in re.findall(r"^export (?:async )?function (\w+)", module.read_text(), re.M):
            assert f"function {name}(" in script, f"{module} is in no bundle"
    for css in (PAGE / "app").rglob("*.css"):
        selector = re.search(r"^\.([\w-]+)", css.read_text(), re.M)
        assert selector is None or f".{selector[1]}" in sheet, f"index.html does not name {css}"
    shutil.rmtree(made)
