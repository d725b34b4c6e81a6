"""`deploy/ha`: what its own programs say of it, and that its parts fit each other."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

import pytest
import yaml

from project.embedded.postgres import PROGRAMS
from tests.conftest import ROOT

HA = ROOT / "deploy" / "ha"
HAPROXY = shutil.which("haproxy", path=f"{os.environ['PATH']}:/usr/sbin")
PATRONI = shutil.which("patroni")


class Loader(yaml.SafeLoader):
    """Compose's own tags say how a file is laid over another; what they are on is plain."""


Loader.add_constructor("!override", lambda loader, node: loader.construct_mapping(node, deep=True))  # type: ignore[arg-type]


def read(name: str) -> Any:
    return yaml.load((ROOT / name).read_text(), Loader)  # noqa: S506  # a SafeLoader


@pytest.mark.skipif(HAPROXY is None, reason="haproxy is not installed")
def test_haproxy_takes_its_configuration() -> None:
    command = [str(HAPROXY), "-c", "-f", str(HA / "haproxy.cfg")]
    env = os.environ | {"REDIS_PASSWORD": "secret"}
    checked = subprocess.run(command, env=env, capture_output=True, text=True)
    assert checked.returncode == 0, checked.stderr
    warnings = [line for line in checked.stderr.splitlines() if "[WARNING]" in line]
    assert [line for line in warnings if "could not resolve address" not in line] == []


@pytest.mark.skipif(PATRONI is None, reason="patroni is not installed")
def test_patroni_takes_its_configuration(tmp_path: Path) -> None:
    """With the environment that compose gives it; something must listen where it says that etcd
    is."""
    of_compose = read("deploy/ha/compose.yml")["services"]["postgres1"]["environment"]
    env = os.environ | {name: re.sub(r"\$\{.*\}", "secret", v) for name, v in of_compose.items()}
    env |= {
        "PATRONI_POSTGRESQL_DATA_DIR": str(tmp_path),
        "PATRONI_POSTGRESQL_BIN_DIR": str(PROGRAMS),
    }
    command = [str(PATRONI), "--validate-config", "--ignore-listen-port"]
    with socket.create_server(("127.0.0.1", 0)) as etcd:
        env["PATRONI_ETCD3_HOSTS"] = f"127.0.0.1:{etcd.getsockname()[1]}"
        checked = subprocess.run(
            [*command, str(HA / "postgres" / "patroni.yml")],
            env=env,
            capture_output=True,
            text=True,
        )
    assert checked.returncode == 0, checked.stdout + checked.stderr


@pytest.mark.parametrize("script", sorted(HA.rglob("*.sh")), ids=lambda path: path.name)
def test_scripts_are_sound(script: Path) -> None:
    subprocess.run(["/bin/sh", "-n", str(script)], check=True)
    assert os.access(script, os.X_OK)


class Etcd(ThreadingHTTPServer):
    """As much of a member as is asked; the cluster is led by member 1."""

    moved: ClassVar[list[tuple[str, str]]] = []

    def __init__(self, member: str) -> None:
        super().__init__(("127.0.0.1", 0), Asked)
        self.member = member
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.server_port}"


class Asked(BaseHTTPRequestHandler):
    server: Etcd

    def do_POST(self) -> None:
        given = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.path.endswith("/transfer-leadership"):
            self.server.moved.append((self.server.member, given["targetID"]))
        answer = json.dumps({"header": {"member_id": self.server.member}, "leader": "1"})
        self.send_response(200)
        self.end_headers()
        self.wfile.write(answer.encode())

    def log_message(self, format: str, *args: object) -> None:
        """Nobody wants to know."""


@pytest.mark.parametrize(
    ("here", "role", "moves"),
    [(0, "primary", [("1", "2")]), (0, "replica", []), (1, "primary", [])],
    ids=["it leads both", "it follows", "it leads one"],
)
def test_who_begins_to_lead_hands_on_etcd(
    here: int, role: str, moves: list[tuple[str, str]]
) -> None:
    """The first of the others is away."""
    members = [Etcd("1"), Etcd("2")]
    Etcd.moved.clear()
    elsewhere = f"127.0.0.1:1,{members[1 - here].address}"
    env = {"ETCD_HERE": members[here].address, "ETCD_ELSEWHERE": elsewhere}
    script = str(HA / "postgres" / "apart.py")
    command = [sys.executable, script, "on_role_change", role, "confab"]
    subprocess.run(command, env=os.environ | env, check=True)
    for member in members:
        member.shutdown()
        member.server_close()
    assert Etcd.moved == moves


def test_compose_fits_the_one_it_is_laid_over() -> None:
    """Every file that it mounts is there, every volume is declared, and the two engines' names,
    which all else of the stack calls, are HAProxy's."""
    below, above = read("docker-compose.yml"), read("deploy/ha/compose.yml")
    services = above["services"]
    assert set(services) & set(below["services"]) == {"postgres", "redis"}
    for name in ("postgres", "redis"):
        assert services[name]["image"].startswith("haproxy:")
        assert services[name]["healthcheck"], "the others wait for it"
    for service in services.values():
        for volume in service["volumes"]:
            source = volume.split(":")[0]
            found = (
                (ROOT / source).exists() if source.startswith(".") else source in above["volumes"]
            )
            assert found, source
        if build := service.get("build"):
            assert (ROOT / build / "Dockerfile").exists()


def test_haproxy_leads_to_what_compose_runs() -> None:
    """Names and ports are those of the services, and HAProxy's own those of the engines."""
    text = (HA / "haproxy.cfg").read_text()
    services = read("deploy/ha/compose.yml")["services"]
    led = re.findall(r"^    server (\w+) (\w+):(\d+) check", text, re.MULTILINE)
    assert len(led) == 5
    for label, host, port in led:
        assert label == host
        assert host in services
        assert port == ("5432" if host.startswith("postgres") else "6379")
    assert re.findall(r"^    bind :(\d+)", text, re.MULTILINE) == ["5432", "6379", "8404"]


def test_a_leader_is_given_up_before_its_time_is_over() -> None:
    """Patroni's own rule: a leader that cannot reach etcd stops before another one leads."""
    dcs = read("deploy/ha/postgres/patroni.yml")["bootstrap"]["dcs"]
    assert dcs["loop_wait"] + 2 * dcs["retry_timeout"] <= dcs["ttl"] == 20
    assert dcs["synchronous_mode"] is True
