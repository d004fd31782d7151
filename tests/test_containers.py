"""The image and compose.yaml say what they should.

No Docker engine runs here: the files are checked as they stand, and ``test_image_build.py`` runs
the builder's commands without one.
"""

import re
import subprocess
import sys
import threading
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from baking import run
from conftest import Rendered
from deployment import EVERYWHERE, SERVERS, WEB, compose, only, stages, variables
from service import Service


@pytest.mark.parametrize(("database", "web"), EVERYWHERE)
def test_hadolint(rendered: Rendered, database: str, web: str) -> None:
    """Catches what hadolint knows of Dockerfiles, and of the shell in them. Static."""
    run("hadolint", "Dockerfile", cwd=rendered(database=database, web=web))


@pytest.mark.parametrize(("database", "web"), EVERYWHERE)
def test_compose_schema(rendered: Rendered, database: str, web: str) -> None:
    """Catches a key that the Compose specification does not have. Static."""
    folder = rendered(database=database, web=web)
    run("check-jsonschema", "--builtin-schema", "vendor.compose-spec", "compose.yaml", cwd=folder)


@pytest.mark.parametrize(("database", "web"), EVERYWHERE)
def test_the_image_runs_the_service_alone(rendered: Rendered, database: str, web: str) -> None:
    """Catches root, a shell that swallows SIGTERM, a command that is not there. Static."""
    folder = rendered(database=database, web=web)
    build, final = stages(folder)
    assert only(final, "USER").text == "10001:10001"
    project = tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert only(final, "ENTRYPOINT").exec_form() == list(project["scripts"])
    assert only(final, "CMD").exec_form() == (["serve"] if web == "fastapi" else ["--help"])
    for stage in (build, final):
        assert only(stage, "FROM").text.split()[0] == "python:3.11-slim"
    assert variables(final)["PATH"].startswith(variables(build)["UV_PROJECT_ENVIRONMENT"])
    assert variables(final)["ENVIRONMENT"] == "production"


@contextmanager
def answering(status: int) -> Iterator[tuple[int, list[str]]]:
    """Answer every request with *status*; yield the port, and the paths that were asked for."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:  # noqa: N802
            """Answer."""
            asked.append(self.path)
            self.send_response(status)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server.server_port, asked
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.parametrize(("status", "healthy"), [(200, True), (503, False)])
def test_the_health_check_asks(rendered: Rendered, status: int, healthy: bool) -> None:
    """Catches a check that always passes, or asks another path or port. Its command runs here."""
    final = stages(rendered(web="fastapi"))[-1]
    words = only(final, "HEALTHCHECK").exec_form()
    assert words[0] == "python"
    with answering(status) as (port, asked):
        done = subprocess.run(
            [sys.executable, *words[1:]], env={"PORT": str(port)}, capture_output=True
        )
    assert asked == ["/health/live"]
    assert (done.returncode == 0) is healthy


@pytest.mark.parametrize("database", ["postgresql", "mysql", "sqlite"])
def test_no_health_check_without_web(rendered: Rendered, database: str) -> None:
    """Catches a check of a port that nothing listens on. Static."""
    final = stages(rendered(database=database, web="none"))[-1]
    assert {"HEALTHCHECK", "EXPOSE"} & {instruction.name for instruction in final} == set()


@pytest.mark.parametrize(("database", "web"), EVERYWHERE)
def test_order_of_the_services(rendered: Rendered, database: str, web: str) -> None:
    """Catches an app that starts on a database which is not migrated yet. Static."""
    services = compose(rendered(database=database, web=web))["services"]
    migrate = services["migrate"]
    assert migrate["command"][:2] == ["db", "upgrade"]
    if database in SERVERS:
        assert migrate["depends_on"] == {"db": {"condition": "service_healthy"}}
        assert "--host=127.0.0.1" in services["db"]["healthcheck"]["test"]
    else:
        assert "db" not in services
    assert ("app" in services) is (web == "fastapi")
    if web == "fastapi":
        after = {"migrate": {"condition": "service_completed_successfully"}}
        assert services["app"]["depends_on"] == after
        assert "command" not in services["app"]


@pytest.mark.parametrize(("database", "web"), EVERYWHERE)
def test_nothing_is_open_to_others(rendered: Rendered, database: str, web: str) -> None:
    """Catches a port for the whole network, and rights that the service does not need. Static."""
    services = compose(rendered(database=database, web=web))["services"]
    ports = [port for service in services.values() for port in service.get("ports", [])]
    assert all(port.startswith("127.0.0.1:") for port in ports)
    for name in {"migrate", "app"} & set(services):
        assert services[name]["read_only"] is True
        assert services[name]["cap_drop"] == ["ALL"]
        assert services[name]["security_opt"] == ["no-new-privileges:true"]


@pytest.mark.parametrize("web", WEB)
def test_data_outlive_the_containers(rendered: Rendered, web: str) -> None:
    """Catches a volume beside the data: the 18 image keeps them elsewhere than the 17. Static."""
    places = {
        "postgresql": ("db", "data:/var/lib/postgresql"),
        "mysql": ("db", "data:/var/lib/mysql"),
        "sqlite": ("migrate", "data:/data"),
    }
    for database, (name, volume) in places.items():
        written = compose(rendered(database=database, web=web))
        assert written["services"][name]["volumes"] == [volume]
        assert set(written["volumes"]) == {"data"}
    folder = rendered(database="sqlite", web=web)
    url = compose(folder)["services"]["migrate"]["environment"]["DATABASE_URL"]
    assert url.startswith("sqlite:////data/")
    assert only(stages(folder)[-1], "VOLUME").text == "/data"


def test_the_services_read_what_compose_sets(service: Service) -> None:
    """Catches a URL or a password that the service takes for something else. Runs its code."""
    environment = compose(service.folder)["services"]["migrate"]["environment"]
    password = re.fullmatch(r"\$\{DATABASE_PASSWORD:-(.+)\}", environment["DATABASE_PASSWORD"])
    assert password
    service.env |= environment | {"DATABASE_PASSWORD": password[1], "ENVIRONMENT": "production"}
    told = service.run(
        "-c",
        "from invoice_service.online.session.url import database_url as url\n"
        "print(url().render_as_string(hide_password=False))",
    ).out
    database = compose(service.folder)["services"]["db"]["environment"]["POSTGRES_DB"]
    assert told.strip() == f"postgresql+asyncpg://postgres:development@db:5432/{database}"


def test_the_migrate_command_migrates(service: Service) -> None:
    """Catches an option that the command line does not have. Runs it on the tests' server."""
    service.cli("db", "revision", "--first")
    command = compose(service.folder)["services"]["migrate"]["command"]
    assert "1 revision applied" in service.cli(*command).out
    service.cli("db", "check")
