"""The files of GitHub, GitLab and their update bots: well formed, safe, and asking for what is there.

Nothing of them runs here but the shell of their steps; the checks are static.
"""

import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from baking import TEMPLATE, run
from conftest import Bake, Rendered
from deployment import EVERYWHERE, compose
from service import Service

PINNED = re.compile(r"[\w.-]+/[\w.-]+@[0-9a-f]{40} # v\d+(\.\d+)+")
TRACES = (".github", ".gitlab-ci.yml", "renovate.json")


def schema(name: str, file: Path, *options: str) -> None:
    """Check *file* against the schema *name* that check-jsonschema brings."""
    run("check-jsonschema", "--builtin-schema", f"vendor.{name}", *options, file, cwd=file.parent)


def workflow(folder: Path, name: str = "ci") -> dict[str, Any]:
    """Return a workflow of the service on GitHub."""
    path = folder / f".github/workflows/{name}.yml"
    loaded: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return loaded


def jobs(folder: Path) -> list[dict[str, Any]]:
    """Return the jobs of all workflows on GitHub."""
    return [job for name in ("ci", "engine") for job in workflow(folder, name)["jobs"].values()]


def pipeline(folder: Path) -> dict[str, Any]:
    """Return the jobs of the service's pipeline on GitLab."""
    loaded = yaml.safe_load((folder / ".gitlab-ci.yml").read_text(encoding="utf-8"))
    return {name: job for name, job in loaded.items() if "script" in job}


def commands(folder: Path, ci: str) -> list[str]:
    """Return what the jobs type, in order."""
    if ci == "gitlab":
        return [line for job in pipeline(folder).values() for line in job["script"]]
    steps = [step for job in jobs(folder) for step in job["steps"]]
    return [line for step in steps for line in step.get("run", "").splitlines()]


def assert_safe(folder: Path) -> None:
    """zizmor, offline and at its strictest, and jactionlint (actionlint's checks and more)."""
    run("zizmor", "--offline", "--no-progress", "--persona", "pedantic", ".", cwd=folder)
    files = sorted((folder / ".github").rglob("*.yml"))
    run("jactionlint", "--shellcheck=", "--pyflakes=", "--strict-exit", *files, cwd=folder)


@pytest.mark.slow
@pytest.mark.parametrize(("database", "web"), EVERYWHERE)
def test_github(rendered: Rendered, database: str, web: str) -> None:
    """Catches a workflow that GitHub refuses, that leaks its token or runs what others write."""
    folder = rendered(database=database, web=web, ci="github")
    for name in ("ci.yml", "engine.yml"):
        schema("github-workflows", folder / ".github/workflows" / name)
    schema("dependabot", folder / ".github/dependabot.yml")
    assert_safe(folder)


@pytest.mark.slow
@pytest.mark.parametrize(("database", "web"), EVERYWHERE)
def test_gitlab(rendered: Rendered, database: str, web: str) -> None:
    """Catches a pipeline or a Renovate file that nothing reads."""
    folder = rendered(database=database, web=web, ci="gitlab")
    schema("gitlab-ci", folder / ".gitlab-ci.yml", "--data-transform", "gitlab-ci")
    schema("renovate", folder / "renovate.json")


def test_our_own() -> None:
    """Catches the same in the workflow of the template itself."""
    file = TEMPLATE / ".github/workflows/ci.yml"
    schema("github-workflows", file)
    run("zizmor", "--offline", "--no-progress", "--persona", "pedantic", file, cwd=TEMPLATE)
    run("jactionlint", "--shellcheck=", "--pyflakes=", "--strict-exit", file, cwd=TEMPLATE)


@pytest.mark.parametrize("ci", ["github", "gitlab", "none"])
@pytest.mark.parametrize("database", ["postgresql", "sqlite"])
def test_one_of_them_or_none(bake: Bake, database: str, ci: str) -> None:
    """Catches files of another CI than the one asked for, or of one where none was."""
    folder = bake(database=database, ci=ci)
    files = {path.relative_to(folder).parts[0] for path in folder.rglob("*") if path.is_file()}
    expected = {
        "github": {".github"},
        "gitlab": {".gitlab-ci.yml", "renovate.json"},
        "none": set(),
    }
    assert files & set(TRACES) == expected[ci]


def test_actions_are_pinned() -> None:
    """Catches an action by a tag, which others can move; the comment says which version it is."""
    found = 0
    for path in [*TEMPLATE.rglob(".github/workflows/*.yml*")]:
        for line in path.read_text(encoding="utf-8").splitlines():
            if "uses:" in line:
                found += 1
                assert PINNED.fullmatch(line.partition("uses:")[2].strip()), line
    assert found > 3


def test_no_step_can_push(rendered: Rendered) -> None:
    """Catches a token that a checkout leaves behind, or that may do more than read."""
    folder = rendered(ci="github")
    for name in ("ci", "engine"):
        assert workflow(folder, name)["permissions"] == {"contents": "read"}
    steps = [step for job in jobs(folder) for step in job["steps"]]
    checkouts = [step for step in steps if step.get("uses", "").startswith("actions/checkout@")]
    assert len(checkouts) == len(jobs(folder))
    assert all(step["with"] == {"persist-credentials": False} for step in checkouts)
    assert all("permissions" not in job for job in jobs(folder))


@pytest.mark.parametrize("ci", ["github", "gitlab"])
def test_the_engines_tests_run_where_its_files_changed(rendered: Rendered, ci: str) -> None:
    """Catches minutes of tests on every push, or none where the machinery was edited."""
    folder = rendered(ci=ci)
    if ci == "gitlab":
        [rule] = pipeline(folder)["test-engine"]["rules"]
        watched = [path.removesuffix("/*") for path in rule["changes"]]
    else:
        # PyYAML takes "on" for a boolean.
        read: dict[Any, Any] = dict(workflow(folder, "engine"))
        triggers = read[True]
        assert triggers["push"]["paths"] == triggers["pull_request"]["paths"]
        watched = triggers["push"]["paths"]
    assert {"src/invoice_service/online/**", "tests/online/**", "pyproject.toml"} <= set(watched)
    assert all(list(folder.glob(path)) for path in watched if path != "uv.lock")


@pytest.mark.parametrize("ci", ["github", "gitlab"])
@pytest.mark.parametrize(("database", "web"), EVERYWHERE)
def test_verbs_and_services_exist(rendered: Rendered, database: str, web: str, ci: str) -> None:
    """Catches a verb that the Makefile lacks, or a service that compose.yaml lacks."""
    folder = rendered(database=database, web=web, ci=ci)
    makefile = (folder / "Makefile").read_text(encoding="utf-8")
    typed = commands(folder, ci)
    verbs = {line.split()[1] for line in typed if line.startswith("make ")}
    wanted = {"lint", "check", "test", "test-engine"} | (
        {"squawk"} if database == "postgresql" else set()
    )
    assert verbs == wanted
    assert all(f"\n{verb}:" in makefile for verb in verbs)
    words = {word for line in typed if line.startswith("docker compose") for word in line.split()}
    assert {"migrate", "app"} & words == {"migrate", "app"} & set(compose(folder)["services"])


@pytest.mark.parametrize("database", ["postgresql", "mysql"])
def test_the_same_server_everywhere(rendered: Rendered, database: str) -> None:
    """Catches tests on another version than the one that compose.yaml runs."""
    image = compose(rendered(database=database))["services"]["db"]["image"]
    github = rendered(database=database, ci="github")
    found = [s["image"] for job in jobs(github) for s in job.get("services", {}).values()]
    gitlab = rendered(database=database, ci="gitlab")
    for job in pipeline(gitlab).values():
        found += [s["name"] for s in job.get("services", []) if isinstance(s, dict)]
    assert set(found) == {image}
    for where in (*jobs(github), *pipeline(gitlab).values()):
        if "services" in where and "docker:28-dind" not in where["services"]:
            url = where.get("env", where.get("variables"))["SCRATCH_DATABASE_URL"]
            assert url.startswith(f"{database}://")


@pytest.mark.parametrize("ci", ["github", "gitlab"])
def test_tests_run_on_the_oldest_and_the_newest_python(rendered: Rendered, ci: str) -> None:
    """Catches a service that is only tried on its author's Python."""
    for oldest, expected in {"3.11": ["3.11", "3.13"], "3.13": ["3.13"]}.items():
        folder = rendered(python_version=oldest, ci=ci)
        if ci == "github":
            tried = workflow(folder)["jobs"]["test"]["strategy"]["matrix"]["python"]
        else:
            tried = pipeline(folder)["test"]["parallel"]["matrix"][0]["PYTHON"]
        assert tried == expected


@pytest.mark.parametrize("ci", ["github", "gitlab"])
def test_two_heads_fail(rendered: Rendered, service: Service, ci: str) -> None:
    """Catches a step that passes whatever Alembic says. Its shell runs here."""
    typed = commands(rendered(ci=ci), ci)
    at = next(number for number, line in enumerate(typed) if "alembic heads" in line)
    script = "\n".join(typed[at : at + 3])
    assert script.count("\n") == 2
    service.cli("db", "revision", "--first")
    first = service.revisions()[0].stem.rpartition("_")[2]

    def code() -> int:
        environment = service.environment() | {
            "PATH": f"{service.python.parent}:{os.environ['PATH']}",
            "UV_PROJECT_ENVIRONMENT": str(service.python.parents[1]),
            "UV_NO_SYNC": "1",
        }
        return subprocess.run(
            ["bash", "-e", "-c", script], cwd=service.folder, env=environment, capture_output=True
        ).returncode

    assert code() == 0
    for name in ("one", "two"):
        service.alembic("revision", "-m", name, "--head", first, "--splice")
    assert code() == 1


@pytest.mark.parametrize("database", ["postgresql", "mysql"])
def test_a_new_major_version_is_nobodys_update(rendered: Rendered, database: str) -> None:
    """Catches a bot that proposes a server which cannot read the data of the old one."""
    text = (rendered(database=database, ci="gitlab") / "renovate.json").read_text(encoding="utf-8")
    assert f'"matchPackageNames": ["{"postgres" if database == "postgresql" else "mysql"}"]' in text
    path = rendered(database=database, ci="github") / ".github/dependabot.yml"
    updates = yaml.safe_load(path.read_text(encoding="utf-8"))["updates"]
    (ignored,) = [update["ignore"] for update in updates if "ignore" in update]
    assert "version-update:semver-major" in ignored[0]["update-types"]
    assert (
        ignored[0]["dependency-name"]
        in compose(rendered(database=database))["services"]["db"]["image"]
    )
