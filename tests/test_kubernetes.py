"""The manifests: what Kubernetes accepts, what it must not be allowed, and what the Jobs do.

No cluster runs here: they are checked against its schemas, and their commands run on the tests'
server.
"""

from itertools import product
from pathlib import Path
from typing import Any

import pytest
import yaml
from baking import EXTREMES, run
from conftest import Rendered
from deployment import SERVERS, WEB, manifests, only, stages
from service import Service
from serving import serving
from test_deploying import NUMBER

ON_SERVERS = list(product(SERVERS, WEB))
JOBS = {"expand-job.yaml": "expand", "contract-job.yaml": "contract"}
# A name is a label of DNS (RFC 1123).
LONGEST_NAME = 63
# Kinds of manifests that make pods.
PODS = ("Deployment", "Job")


def pod_of(manifest: dict[str, Any]) -> dict[str, Any]:
    """Return the specification of the pods that *manifest* makes."""
    spec: dict[str, Any] = manifest["spec"]["template"]["spec"]
    return spec


def args_of(manifest: dict[str, Any]) -> list[str]:
    """Return what is typed after the image's entry point; in YAML a bare 120 is no word."""
    (container,) = pod_of(manifest)["containers"]
    assert "command" not in container
    assert all(isinstance(word, str) for word in container["args"])
    return list(container["args"])


@pytest.mark.parametrize(("database", "web"), ON_SERVERS)
def test_schema(rendered: Rendered, database: str, web: str) -> None:
    """Catches a field that Kubernetes does not have, or has elsewhere. Static."""
    files = sorted((rendered(database=database, web=web) / "deploy").glob("*"))
    assert all(file.suffix == ".yaml" for file in files)
    run("kubernetes-validate", "--strict", "--quiet", *files, cwd=files[0].parent)


@pytest.mark.parametrize("web", WEB)
@pytest.mark.parametrize("database", SERVERS)
def test_which_manifests(rendered: Rendered, database: str, web: str) -> None:
    """Catches a rollout of a service that has nothing to roll out. Static."""
    names = set(manifests(rendered(database=database, web=web)))
    of_web = {"deployment.yaml", "service.yaml"} if web == "fastapi" else set()
    assert names == JOBS.keys() | {"network-policy.yaml"} | of_web


@pytest.mark.parametrize(("database", "web"), ON_SERVERS)
def test_network_policy(rendered: Rendered, database: str, web: str) -> None:
    """Catches a pod that anybody may reach, or a service that nobody reaches. Static."""
    written = manifests(rendered(database=database, web=web))
    policy = written["network-policy.yaml"]["spec"]
    assert policy["policyTypes"] == ["Ingress"]
    open_ports = [port["port"] for rule in policy["ingress"] for port in rule["ports"]]
    if web == "fastapi":
        (container,) = pod_of(written["deployment.yaml"])["containers"]
        assert open_ports == [port["containerPort"] for port in container["ports"]]
    else:
        assert open_ports == []
    chosen = policy["podSelector"]["matchLabels"].items()
    for name in written.keys() - {"network-policy.yaml", "service.yaml"}:
        assert chosen <= written[name]["spec"]["template"]["metadata"]["labels"].items()


@pytest.mark.parametrize("web", WEB)
def test_a_file_is_no_cluster(rendered: Rendered, web: str) -> None:
    """Catches replicas that would each have an SQLite file of their own. Static."""
    assert manifests(rendered(database="sqlite", web=web)) == {}


@pytest.mark.parametrize(("database", "web"), ON_SERVERS)
def test_pods_are_restricted(rendered: Rendered, database: str, web: str) -> None:
    """Catches a pod that the "restricted" Pod Security Standard turns away. Static."""
    folder = rendered(database=database, web=web)
    uid, gid = map(int, only(stages(folder)[-1], "USER").text.split(":"))
    for manifest in manifests(folder).values():
        assert manifest["metadata"]["namespace"] == "invoice-service"
        if manifest["kind"] in ("NetworkPolicy", "Service"):
            continue
        assert manifest["kind"] in PODS
        pod = pod_of(manifest)
        assert pod["automountServiceAccountToken"] is False
        assert pod["securityContext"] == {
            "runAsNonRoot": True,
            "runAsUser": uid,
            "runAsGroup": gid,
            "seccompProfile": {"type": "RuntimeDefault"},
        }
        (container,) = pod["containers"]
        assert container["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }
        assert container["resources"].keys() == {"requests", "limits"}
        assert container["resources"]["limits"].keys() == {"cpu", "memory"}
        assert container["imagePullPolicy"] == "Always"
        # Files, and no value.
        (volume,) = pod["volumes"]
        assert volume["secret"] == {"secretName": "invoice-service"}
        (mount,) = container["volumeMounts"]
        assert (mount["name"], mount["mountPath"]) == (volume["name"], "/run/secrets")
        assert not {"env", "envFrom"} & container.keys()


@pytest.mark.parametrize(("file", "phase"), JOBS.items())
def test_jobs_start_again_as_the_exit_codes_ask(rendered: Rendered, file: str, phase: str) -> None:
    """Catches a Job that gives up after a SIGTERM, or goes on after wrong usage. Static."""
    job = manifests(rendered())[file]
    assert job["metadata"]["name"] == f"invoice-service-{phase}"
    (container,) = pod_of(job)["containers"]
    actions = {
        code: rule["action"]
        for rule in job["spec"]["podFailurePolicy"]["rules"]
        if "onExitCodes" in rule and rule["onExitCodes"]["containerName"] == container["name"]
        for code in rule["onExitCodes"]["values"]
    }
    assert actions == {75: "Ignore", 2: "FailJob"}
    # podFailurePolicy asks for it.
    assert pod_of(job)["restartPolicy"] == "Never"
    assert job["spec"]["backoffLimit"] > 0


def test_the_jobs_do_a_release(service: Service) -> None:
    """Catches a command that the service does not have. Both Jobs run on the tests' server."""
    service.cli("db", "revision", "--first")
    models = service.package / "db/models.py"
    models.write_text(models.read_text(encoding="utf-8") + NUMBER, encoding="utf-8")
    service.alembic("revision", "--autogenerate", "-m", "add number")
    written = manifests(service.folder)
    assert "2 revisions applied" in service.cli(*args_of(written["expand-job.yaml"])).out
    assert "1 revision applied" in service.cli(*args_of(written["contract-job.yaml"])).out
    service.cli("db", "check")


@pytest.mark.parametrize("database", SERVERS)
def test_rollout(rendered: Rendered, database: str) -> None:
    """Catches a rollout with a gap, a Service that finds no pod, a probe of nothing. Static."""
    written = manifests(rendered(database=database))
    deployment, service = written["deployment.yaml"], written["service.yaml"]
    update = deployment["spec"]["strategy"]["rollingUpdate"]
    assert (update["maxUnavailable"], update["maxSurge"]) == (0, 1)
    labels = deployment["spec"]["template"]["metadata"]["labels"]
    assert deployment["spec"]["selector"]["matchLabels"] == labels
    assert service["spec"]["selector"] == labels
    # Else the Service would send requests to a Job.
    for job in JOBS:
        assert written[job]["spec"]["template"]["metadata"]["labels"] != labels
    (container,) = pod_of(deployment)["containers"]
    assert container["ports"] == [{"name": "http", "containerPort": 8000}]
    assert service["spec"]["ports"][0]["targetPort"] == "http"
    asked = {
        kind: container[f"{kind}Probe"]["httpGet"] for kind in ("startup", "readiness", "liveness")
    }
    assert {probe["port"] for probe in asked.values()} == {"http"}
    assert {kind: probe["path"] for kind, probe in asked.items()} == {
        "startup": "/health/live",
        "readiness": "/health/ready",
        "liveness": "/health/live",
    }
    pause = container["lifecycle"]["preStop"]["sleep"]["seconds"]
    assert pause < pod_of(deployment)["terminationGracePeriodSeconds"]


def test_new_replicas_are_ready_between_the_phases(service: Service) -> None:
    """Catches a rollout that waits for the contract, which in turn waits for the rollout.

    The Deployment's command and its probes run on the tests' server.
    """
    service.cli("db", "revision", "--first")
    models = service.package / "db/models.py"
    models.write_text(models.read_text(encoding="utf-8") + NUMBER, encoding="utf-8")
    service.alembic("revision", "--autogenerate", "-m", "add number")
    written = manifests(service.folder)
    (container,) = pod_of(written["deployment.yaml"])["containers"]
    live, ready = (
        container[f"{kind}Probe"]["httpGet"]["path"] for kind in ("liveness", "readiness")
    )
    serve, *options = args_of(written["deployment.yaml"])
    assert serve == "serve"
    with serving(service, *options, READINESS_CACHE="0") as served:
        assert [served.get(path)[0] for path in (live, ready)] == [200, 503]
        service.cli(*args_of(written["expand-job.yaml"]))
        assert [served.get(path)[0] for path in (live, ready)] == [200, 200]
        service.cli(*args_of(written["contract-job.yaml"]))
        assert served.get(ready)[0] == 200


def test_one_image_for_all(rendered: Rendered) -> None:
    """Catches a Job that migrates with another release than the one rolled out. Static."""
    pods = [pod_of(m) for m in manifests(rendered()).values() if m["kind"] in PODS]
    images = {container["image"] for pod in pods for container in pod["containers"]}
    assert images == {"registry.example.com/invoice-service:0.1.0"}


def test_names_fit(rendered: Rendered) -> None:
    """Catches a name that only a short slug leaves room for. Static."""
    folder = rendered(project_slug=EXTREMES["longest"]["project_slug"], package_name="words")
    names = [manifest["metadata"]["name"] for manifest in manifests(folder).values()]
    assert all(len(name) <= LONGEST_NAME for name in names), names


@pytest.mark.parametrize("slug", ["null", "on", "n", "e1"])
def test_a_slug_is_a_word(rendered: Rendered, slug: str) -> None:
    """Catches a name that YAML takes for a truth value, a number or nothing. Static."""
    folder = rendered(project_slug=slug, package_name="words")
    for path in [folder / "compose.yaml", *sorted((folder / "deploy").glob("*"))]:
        assert_words(yaml.safe_load(path.read_text(encoding="utf-8")), path, slug)


def assert_words(value: Any, path: Path, slug: str) -> None:
    """Every name, label and image is text."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key in ("name", "image", "app.kubernetes.io/name") and not isinstance(inner, dict):
                assert isinstance(inner, str), f"{path.name}: {key} = {inner!r} for {slug!r}"
            assert_words(inner, path, slug)
    elif isinstance(value, list):
        for inner in value:
            assert_words(inner, path, slug)
