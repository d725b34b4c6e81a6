"""The manifests for Kubernetes are valid, and say of the product what is so."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings
from django.urls import resolve
from jsonschema import Draft202012Validator

from project import draining
from project.launch import web
from project.metrics import exposition
from tests.conftest import ROOT

FOLDER = ROOT / "deploy" / "kubernetes"
SCHEMAS = json.loads((Path(__file__).parent / "schemas.json").read_text())
NEEDED = {"SECRET_KEY", "DATA_KEY", "DATABASE_URL", "REDIS_URL"}


def laid_over(below: Any, above: Any) -> Any:
    """As kustomize does it: mappings are merged, lists of what has a name by their names."""
    if isinstance(below, dict) and isinstance(above, dict):
        merged = {key: laid_over(below[key], above[key]) for key in below.keys() & above.keys()}
        return {**below, **above, **merged}
    if isinstance(below, list) and isinstance(above, list) and "name" in above[0]:
        named = {item["name"]: item for item in above}
        kept = {item["name"]: laid_over(item, named.get(item["name"], {})) for item in below}
        return list((named | kept).values())
    return above


@cache
def manifests() -> list[dict[str, Any]]:
    kustomization = yaml.safe_load((FOLDER / "kustomization.yaml").read_text())
    common = yaml.safe_load((FOLDER / "process.yaml").read_text())["spec"]
    found = []
    for name in kustomization["resources"]:
        for document in yaml.safe_load_all((FOLDER / name).read_text()):
            if document["kind"] in ("Deployment", "Job"):
                document["spec"] = laid_over(document["spec"], common)
            found.append(document)
    return found


def of_kind(*kinds: str) -> dict[str, dict[str, Any]]:
    return {m["metadata"]["name"]: m for m in manifests() if m["kind"] in kinds}


def pod(manifest: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = manifest["spec"]["template"]["spec"]
    return found


def container(manifest: dict[str, Any]) -> dict[str, Any]:
    (only,) = pod(manifest)["containers"]
    return dict(only)


def environment(manifest: dict[str, Any]) -> dict[str, str]:
    """What is written out, not taken from a secret."""
    return {e["name"]: e["value"] for e in container(manifest)["env"] if "value" in e}


def schema_of(manifest: dict[str, Any]) -> dict[str, Any]:
    group, _, version = manifest["apiVersion"].rpartition("/")
    name = "-".join(filter(None, [manifest["kind"].lower(), group.partition(".")[0], version]))
    return {**SCHEMAS["kinds"][name], "definitions": SCHEMAS["definitions"]}


def test_each_manifest_is_what_kubernetes_publishes() -> None:
    wrong = {
        (m["kind"], m["metadata"]["name"], error.json_path, error.message)
        for m in manifests()
        for error in Draft202012Validator(schema_of(m)).iter_errors(m)
    }
    assert not wrong
    misspelt = json.loads(json.dumps(of_kind("Deployment")["web"]))
    container(misspelt)["livenessProbe"]["periodSecond"] = 3
    assert list(Draft202012Validator(schema_of(misspelt)).iter_errors(misspelt))


def test_kustomize_and_kubeconform_take_them(tmp_path: Path) -> None:
    kubectl, kubeconform = shutil.which("kubectl"), shutil.which("kubeconform")
    if kubectl is None or kubeconform is None:
        pytest.skip("kubectl and kubeconform are not installed")
    for name in SCHEMAS["kinds"]:
        schema = {**SCHEMAS["kinds"][name], "definitions": SCHEMAS["definitions"]}
        (tmp_path / f"{name}.json").write_text(json.dumps(schema))
    made = subprocess.run([kubectl, "kustomize", FOLDER], check=True, capture_output=True)
    where = f"{tmp_path}/{{{{.ResourceKind}}}}{{{{.KindSuffix}}}}.json"
    command = [kubeconform, "-strict", "-summary", "-schema-location", where, "-"]
    said = subprocess.run(command, input=made.stdout, capture_output=True, check=False)
    assert said.returncode == 0, said.stdout
    assert f"Valid: {len(manifests())}," in said.stdout.decode()


def test_every_setting_is_one_of_ours() -> None:
    documented = set(
        re.findall(r"`([A-Z][A-Z0-9_]+)`", (ROOT / "docs/configuration.md").read_text())
    )
    given = set(of_kind("ConfigMap")["confab"]["data"])
    for process in of_kind("Deployment", "Job").values():
        given |= {entry["name"] for entry in container(process)["env"]}
    assert given <= documented


def test_secrets_must_be_given() -> None:
    assert not of_kind("Secret")
    for name, process in of_kind("Deployment", "Job").items():
        asked = {
            e["name"]: e["valueFrom"]["secretKeyRef"]
            for e in container(process)["env"]
            if "valueFrom" in e
        }
        assert asked == {key: {"name": "confab", "key": key} for key in NEEDED}, name
        assert pod(process)["securityContext"]["runAsNonRoot"]
        assert container(process)["securityContext"]["readOnlyRootFilesystem"]


def test_a_drain_is_noticed_in_time_and_ends_in_time() -> None:
    server = of_kind("Deployment")["web"]
    drain = int(environment(server)["DRAIN_SECONDS"])
    probe = container(server)["readinessProbe"]
    assert drain > probe["periodSeconds"] * probe["failureThreshold"]
    requests = web.configuration().timeout_graceful_shutdown or 0
    longest = drain + draining.LEAVING_SECONDS + requests
    assert pod(server)["terminationGracePeriodSeconds"] >= longest + 5


def test_probes_ask_what_there_is() -> None:
    server = container(of_kind("Deployment")["web"])
    asked = {kind: server[f"{kind}Probe"]["httpGet"]["path"] for kind in ("startup", "liveness")}
    assert {resolve(path).route for path in asked.values()} == {"api/v1/health/live"}
    ready = server["readinessProbe"]["httpGet"]["path"]
    assert resolve(ready).route == "api/v1/health/ready"
    ports = {port["name"]: port["containerPort"] for port in server["ports"]}
    assert ports == {"http": int(environment(of_kind("Deployment")["web"])["PORT"])}
    assert settings.CELERY["beat_schedule_filename"].endswith("/beat")
    beat = container(of_kind("Deployment")["beat"])["livenessProbe"]["exec"]["command"]
    assert '"/data/beat"' in beat[-1]


def test_budgets_and_scalers_stand_for_what_runs() -> None:
    running = of_kind("Deployment")
    for name, budget in of_kind("PodDisruptionBudget").items():
        labels = running[name]["spec"]["template"]["metadata"]["labels"]
        assert budget["spec"]["selector"]["matchLabels"] == labels
    assert of_kind("PodDisruptionBudget").keys() == running.keys()
    for name, scaler in of_kind("HorizontalPodAutoscaler").items():
        assert scaler["spec"]["scaleTargetRef"]["name"] == name
        assert name in running


def test_scalers_go_by_what_is_measured() -> None:
    told = exposition().decode()
    for scaler in of_kind("HorizontalPodAutoscaler").values():
        for metric in scaler["spec"]["metrics"]:
            if metric["type"] == "Pods":
                assert f"\n{metric['pods']['metric']['name']} " in told
            elif metric["type"] == "External":
                wanted = metric["external"]["metric"]
                (pair,) = wanted["selector"]["matchLabels"].items()
                assert f'\n{wanted["name"]}{{{pair[0]}="{pair[1]}"}} ' in told


def test_every_queue_has_a_worker() -> None:
    apart, rest = set(), set()
    for process in of_kind("Deployment").values():
        words = container(process)["command"]
        if "--queues" in words:
            apart |= set(words[words.index("--queues") + 1].split(","))
        if "--exclude-queues" in words:
            rest = set(words[words.index("--exclude-queues") + 1].split(","))
    assert apart == rest
    assert apart < settings.CELERY["task_queues"].keys()
