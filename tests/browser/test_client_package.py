"""The client library as an npm package: what it holds, and that TypeScript understands it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.conftest import ROOT

NODE, NPM = shutil.which("node"), shutil.which("npm")
CLIENT = ROOT / "project" / "page" / "client"
TYPESCRIPT = "5.9.3"
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "confab"

GOOD = """
import { Confab, Problem, newClientId, progressOf, type Message, type Chat } from "confab-client";

const confab = new Confab("https://chat.example");
const texts: string[] = confab.store.chats().map((chat: Chat) => chat.last_message?.text ?? "");
const last: Message | undefined = confab.store.history("1").list().at(-1);
if (last) confab.send(last.chat, texts.join(), { reply_to: last.number });
await confab.messages.forward(last!, [{ chat: "2", client_id: newClientId() }]);
confab.readMoreChats().catch((error: unknown) => {
  if (error instanceof Problem) console.log(error.code, error.retryAfter);
});
const state: "sent" | "delivered" | "read" = progressOf(confab.store.chat("1")!, 1);
export { state };
"""
WRONG = """
import { Confab } from "confab-client";
new Confab("https://chat.example").send(7, "to a number");
"""


def _run(*command: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=100)


@pytest.fixture(scope="module")
def tsc() -> Path:
    """TypeScript's compiler, fetched once and kept."""
    if NODE is None or NPM is None:
        pytest.skip("node and npm are not installed")
    home = CACHE / f"typescript-{TYPESCRIPT}"
    compiler = home / "node_modules" / ".bin" / "tsc"
    if not compiler.exists():
        home.mkdir(parents=True, exist_ok=True)
        fetched = _run(
            NPM, "install", f"typescript@{TYPESCRIPT}", "--no-audit", "--no-fund", cwd=home
        )
        if fetched.returncode != 0:
            pytest.skip("typescript is not here and npm's registry cannot be reached")
    return compiler


@pytest.fixture(scope="module")
def program(tsc: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project that has the package installed, its types built as for publishing."""
    project = tmp_path_factory.mktemp("program")
    package = project / "node_modules" / "confab-client"
    shutil.copytree(CLIENT, package, ignore=shutil.ignore_patterns("types", "node_modules"))
    built = _run(tsc, "-p", "tsconfig.json", cwd=package)
    assert built.returncode == 0, built.stdout
    (project / "package.json").write_text('{"type": "module"}')
    return project


def _compiled(tsc: Path, program: Path, source: str) -> subprocess.CompletedProcess[str]:
    (program / "main.ts").write_text(source)
    options = "--strict --noEmit --module nodenext --target es2023 --lib es2023,dom main.ts"
    return _run(tsc, *options.split(), cwd=program)


def test_a_typescript_program_that_uses_it_compiles(tsc: Path, program: Path) -> None:
    compiled = _compiled(tsc, program, GOOD)
    assert compiled.returncode == 0, compiled.stdout


def test_its_types_say_something(tsc: Path, program: Path) -> None:
    assert "'number' is not assignable" in _compiled(tsc, program, WRONG).stdout


def test_npm_would_publish_the_modules_their_types_and_the_licence(program: Path) -> None:
    assert NPM is not None
    package = program / "node_modules" / "confab-client"
    packed = _run(NPM, "pack", "--dry-run", "--json", "--ignore-scripts", cwd=package)
    assert packed.returncode == 0, packed.stderr
    files = {file["path"] for file in json.loads(packed.stdout)[0]["files"]}
    modules = {path.name for path in CLIENT.glob("*.js")}
    types = {f"types/{name.removesuffix('.js')}.d.ts" for name in modules}
    others = {"LICENSE", "README.md", "package.json"}
    assert files - types == modules | others
    assert "types/index.d.ts" in files


def test_its_licence_is_that_of_the_server() -> None:
    assert (CLIENT / "LICENSE").read_text() == (ROOT / "LICENSE").read_text()
