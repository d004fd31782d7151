"""The HTTP interface as the world meets it, and a service that wants none."""

import json
import re
import signal
import sys
from pathlib import Path
from typing import Any

import pytest
from baking import EXTREMES, revisions, run, text_files
from conftest import Bake
from long_history import write
from openapi_spec_validator import validate
from service import PACKAGE, Server, Service
from serving import serving

PASSWORD = "hunter2"
# What belongs to the web, by the names of its libraries and its own.
WEB = re.compile(r"fastapi|starlette|uvicorn|httpx|\bhttp\b|structlog|\bserve\b|/api\b", re.I)


@pytest.fixture
def migrated(service: Service) -> Service:
    """A service whose database is at its first revision."""
    service.cli("db", "revision", "--first")
    service.cli("db", "upgrade")
    return service


def with_password(server: Server, database: str) -> str:
    """Return a URL with a password; the embedded server takes any."""
    return server.url(database).replace("postgres@", f"postgres:{PASSWORD}@")


@pytest.mark.slow
def test_schemathesis_finds_nothing(migrated: Service, tmp_path: Path) -> None:
    """Catches a 500, an answer that OpenAPI does not describe, and a check that is too strict."""
    with serving(migrated) as served:
        run(
            *(Path(sys.executable).with_name("schemathesis"), "run", f"{served.url}/openapi.json"),
            *("--checks", "all", "--mode", "all", "--max-examples", 40, "--seed", 1),
            *("--continue-on-failure", "--generation-database", "none", "--no-color"),
            cwd=tmp_path,
        )
    assert not [line for line in served.lines() if "Traceback" in line]


def inside(folder: Path, generated: Path, server: Server, *module: str) -> str:
    """Run *module* of Python in the service in *folder*, with the default service's packages."""
    return run(
        *(generated / ".venv/bin/python", "-m", *module),
        cwd=folder,
        PYTHONPATH=str(folder / "src"),
        SCRATCH_DATABASE_URL=server.url(),
        PYTEST_DEBUG_TEMPROOT=str(folder.parent),
    )


@pytest.mark.parametrize("answers", [{}, EXTREMES["hard text"]], ids=["default", "hard text"])
def test_openapi_is_valid(bake: Bake, generated: Path, answers: dict[str, str]) -> None:
    """Catches a name or a text that makes the description invalid."""
    folder = bake(**answers)
    package = next(folder.glob("src/*")).name
    code = f"import json; from {package}.api.app import create_app as c; print(json.dumps(c().openapi()))"
    python = generated / ".venv/bin/python"
    validate(json.loads(run(python, "-c", code, cwd=folder, PYTHONPATH=str(folder / "src"))))


@pytest.mark.slow
@pytest.mark.parametrize("model", ["Session"])
def test_own_tests_of_any_model(
    bake_with_migration: Bake, generated: Path, server: Server, model: str
) -> None:
    """Catches a model whose table or class is named like something else."""
    folder = bake_with_migration(first_model=model)
    assert " passed" in inside(folder, generated, server, "pytest", "tests/api")


def test_production_logs_json_and_no_password(migrated: Service) -> None:
    """Catches a line that a machine cannot read, a query in it, and an end that looks like a crash."""
    url = with_password(migrated.server, migrated.database)
    with serving(migrated, ENVIRONMENT="production", DATABASE_URL=url) as served:
        assert served.get("/health/ready") == (200, {"status": "ready", "pending": []})
        assert served.get("/v1/invoices?limit=1&token=secret")[0] == 422
    assert served.process.returncode == 0
    lines: list[dict[str, Any]] = [json.loads(line) for line in served.lines()]
    requests = [line for line in lines if line["event"] == "request"]
    assert [(line["path"], line["status"]) for line in requests] == [("/v1/invoices", 422)]
    assert not re.search("secret|hunter2", "\n".join(served.lines()))


def test_a_database_that_is_gone(migrated: Service) -> None:
    """Catches a 500, a traceback or a password where the database does not answer."""
    gone = f"postgresql://me:{PASSWORD}@127.0.0.1:1/none"
    with serving(migrated, DATABASE_URL=gone, ENVIRONMENT="production") as served:
        assert served.get("/health/live")[0] == 200
        told = [served.get("/health/ready"), served.get("/v1/invoices")]
    assert [status for status, _ in told] == [503, 503]
    assert told[0][1]["detail"].startswith("Cannot connect to postgresql+asyncpg://me")
    said = "\n".join([json.dumps(told), *served.lines()])
    assert PASSWORD not in said
    assert "Traceback" not in said


def test_a_long_history(service: Service) -> None:
    """Catches pending revisions that are left out or out of order, and readiness that stays behind."""
    written = write(service.versions, 1_000)
    with serving(service, READINESS_CACHE="0") as served:
        status, told = served.get("/health/ready")
        assert status == 503
        assert [revision["revision"] for revision in told["pending"]] == written
        service.alembic("stamp", written[499])
        status, told = served.get("/health/ready")
        assert status == 503
        assert [revision["revision"] for revision in told["pending"]] == written[500:]
        service.cli("db", "upgrade")
        assert served.get("/health/ready") == (200, {"status": "ready", "pending": []})


def test_it_starts_again_when_the_code_changes(migrated: Service) -> None:
    """Catches ``make run`` that does not see a change, or leaves a process behind."""
    with serving(migrated, "--reload") as served:
        served.wait_for("Application startup complete")
        settings = migrated.package / "settings.py"
        settings.write_text(settings.read_text(encoding="utf-8") + "\n", encoding="utf-8")
        served.wait_for("Application startup complete", times=2)
        assert served.get("/health/ready")[0] == 200
        served.process.send_signal(signal.SIGINT)
        served.process.wait(timeout=30)
    assert "Stopping reloader process" in served.lines()[-1]


@pytest.mark.parametrize(
    ("environment", "sentence"),
    [
        ({"ENVIRONMENT": "production", "DATABASE_URL": ""}, "error: DATABASE_URL is not set"),
        ({"PORT": "http"}, "error: The settings are wrong: PORT:"),
        ({"READINESS_CACHE": "-1"}, "error: The settings are wrong: READINESS_CACHE:"),
    ],
)
def test_wrong_settings(service: Service, environment: dict[str, str], sentence: str) -> None:
    """Catches a traceback where a variable is missing or wrong."""
    service.env |= environment
    told = service.cli("serve", code=1)
    assert told.err.startswith(sentence)
    assert len(told.err.splitlines()) == 1


def test_no_web_no_trace(bake_with_migration: Bake, generated: Path, server: Server) -> None:
    """Catches a line, a dependency, a setting or a file that only a web service needs."""
    folder = bake_with_migration(web="none")
    assert revisions(folder)
    found = [
        f"{path.relative_to(folder)}: {line}"
        for path in text_files(folder)
        for line in [str(path.relative_to(folder)), *path.read_text(encoding="utf-8").splitlines()]
        if WEB.search(line)
    ]
    assert found == []
    assert " passed" in inside(
        folder, generated, server, "pytest", "--engine", "tests/online/test_cli.py"
    )
    assert "serve" not in inside(folder, generated, server, PACKAGE, "--help")
