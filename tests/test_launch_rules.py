"""What the launcher makes of its environment, and when it gives up."""

from __future__ import annotations

from pathlib import Path

import pytest

from project.embedded import Secrets
from project.launch.failure import LaunchFailed
from project.launch.place import read_place
from project.launch.plan import children
from project.launch.supervisor import Deaths


def test_six_deaths_within_a_minute_are_too_many() -> None:
    now = 0.0
    deaths = Deaths(clock=lambda: now)
    for _ in range(5):
        deaths.count("web", "ended with status 1")
    now = 61.0
    for _ in range(5):
        deaths.count("web", "ended with status 1")
    with pytest.raises(LaunchFailed, match="web ended with status 1, the death number 6"):
        deaths.count("web", "ended with status 1")


@pytest.mark.parametrize(
    ("name", "value"),
    [("PORT", "http"), ("PORT", "0"), ("PORT", "65536"), ("WEB_PROCESSES", "0"), ("PORT", "²")],
)
def test_a_setting_that_makes_no_sense_is_named(name: str, value: str) -> None:
    with pytest.raises(LaunchFailed, match=f"{name} must be a number"):
        read_place("run", {name: value})


def test_production_is_never_in_debug_and_what_is_given_wins(tmp_path: Path) -> None:
    given = {
        "DATA_DIR": str(tmp_path),
        "DEBUG": "1",
        "PUBLIC_URL": "https://chat.example",
        "SECRET_KEY": "given",
        "ALLOWED_ORIGINS": "",
    }
    env = read_place("serve", given).environment(Secrets(tmp_path / "secrets.json"))
    assert env["DEBUG"] == "0"
    assert env["SECRET_KEY"] == "given"
    assert "chat.example" in env["ALLOWED_HOSTS"].split(",")
    assert "https://chat.example" in env["ALLOWED_ORIGINS"].split(",")


def test_a_made_up_secret_key_stays_the_same(tmp_path: Path) -> None:
    place = read_place("serve", {"DATA_DIR": str(tmp_path)})
    first = place.environment(Secrets(tmp_path / "secrets.json"))["SECRET_KEY"]
    again = place.environment(Secrets(tmp_path / "secrets.json"))["SECRET_KEY"]
    assert len(first) >= 50
    assert first == again


@pytest.mark.parametrize(
    "host", ["db.example", "db.example:5432", "localhost,db.example:5432", "[2001:db8::1]:5432"]
)
def test_nothing_is_made_up_where_other_machines_may_serve_the_same(
    tmp_path: Path, host: str
) -> None:
    given = {"DATA_DIR": str(tmp_path), "DATABASE_URL": f"postgresql://confab:p@{host}/confab"}
    secrets = Secrets(tmp_path / "secrets.json")
    with pytest.raises(LaunchFailed, match=r"SECRET_KEY must be set, to the same on each machine"):
        read_place("serve", given).environment(secrets)
    assert not secrets.file.exists()
    given |= {"SECRET_KEY": "given", "PUBLIC_URL": "https://chat.example"}
    env = read_place("serve", given).environment(secrets)
    assert env.keys() & {"SECRET_KEY", "VAPID_PRIVATE_KEY"} == {"SECRET_KEY"}


def test_what_one_machine_made_up_is_asked_for_when_there_are_several(tmp_path: Path) -> None:
    given = {"DATA_DIR": str(tmp_path), "PUBLIC_URL": "https://chat.example"}
    secrets = Secrets(tmp_path / "secrets.json")
    read_place("serve", given).environment(secrets)
    given["DATABASE_URL"] = "postgresql://db.example/confab"
    with pytest.raises(LaunchFailed, match="SECRET_KEY and VAPID_PRIVATE_KEY") as refused:
        read_place("serve", given).environment(secrets)
    assert f"{secrets.file}: SECRET_KEY, VAPID_PRIVATE_KEY" in str(refused.value)


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://127.0.0.1:5432/c",
        "postgresql:///c?host=/run/pg",
        "postgresql://u@/c",
        "postgres://[::1]/c",
    ],
)
def test_a_database_of_this_machine_needs_no_secret(tmp_path: Path, url: str) -> None:
    place = read_place("serve", {"DATA_DIR": str(tmp_path), "DATABASE_URL": url})
    assert place.environment(Secrets(tmp_path / "secrets.json"))["SECRET_KEY"]


@pytest.mark.parametrize(
    ("given", "wanted"), [("1", True), ("On", True), ("0", False), ("", False)]
)
def test_links_are_looked_at_by_a_worker_of_their_own(given: str, wanted: bool) -> None:
    names = [child.name for child in children(read_place("run", {"LINK_PREVIEWS": given}), 3)]
    assert names == ["worker", "files", "bulk", *["previews"] * wanted, "pushes", "beat", "web"]


def test_nobodys_code_waits_for_somebodys_picture() -> None:
    from project.celery import app

    def queue(task: str) -> str:
        return str(app.amqp.router.route({}, task, (), {})["queue"].name)

    commands = {c.name: " ".join(c.command) for c in children(read_place("run", {}), 3)}
    assert queue("project.files.tasks.process") == "files"
    assert queue("accounts.tasks.export_data") == "bulk"
    assert queue("accounts.tasks.deliver_challenge") == "urgent"
    assert queue("contacts.tasks.work_imports") == "bulk"
    for apart in ("files", "bulk"):
        assert f"--queues {apart}" in commands[apart]
    assert "--exclude-queues files,bulk" in commands["worker"]


@pytest.mark.parametrize("debug", ["0", "false", "off"])
def test_make_run_says_that_it_is_for_development(debug: str) -> None:
    with pytest.raises(LaunchFailed, match="make serve"):
        read_place("run", {"DEBUG": debug})
    assert read_place("serve", {"DEBUG": debug}).mode == "serve"
    assert read_place("run", {"DEBUG": ""}).mode == "run"


def test_a_fake_of_a_push_service_runs_in_development_alone(tmp_path: Path) -> None:
    for mode, wanted in (("run", True), ("serve", False)):
        place = read_place(mode, {"DATA_DIR": str(tmp_path), "PUSH_FAKE": "8030"})  # type: ignore[arg-type]
        names = [child.name for child in children(place, 3)]
        assert ("push-fake" in names) is wanted
        env = place.environment(Secrets(tmp_path / "secrets.json"))
        assert (env.get("PUSH_ALLOW_PRIVATE") == "1") is wanted
