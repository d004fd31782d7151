"""The machinery's own tests, as they travel with each service: they pass, and reach nearly all of it.

What they do not reach, an edit in a service can break unseen. The owner's tests and the proof are
another run.
"""

import json
from pathlib import Path
from typing import Any

import pytest
from baking import run

# Per cent of the lines, and of the branches, of src/<package>/online.
FLOOR = 90
SERVICES = {"postgresql": "service", "mysql": "mysql", "sqlite": "on_sqlite"}


@pytest.mark.parametrize("database", SERVICES)
def test_they_cover_the_engine(database: str, request: pytest.FixtureRequest) -> None:
    """Catches a test that fails where it travels to, and code of the engine that none of them runs."""
    service: Any = request.getfixturevalue(SERVICES[database])
    if database == "mysql":
        # On a server of its own, as where none is named.
        service.env["SCRATCH_DATABASE_URL"] = ""
    service.cli("db", "revision", "--first")
    environment = service.environment() | {"UV_NO_SYNC": "1"}
    folder: Path = service.folder
    tests = ("-m", "coverage", "run", "-m", "pytest", "--engine", "-x")
    assert " passed" in run(service.python, *tests, cwd=folder, **environment)
    run(service.python, "-m", "coverage", "json", "-q", cwd=folder, **environment)
    totals = json.loads((folder / "coverage.json").read_text(encoding="utf-8"))["totals"]
    assert totals["covered_lines"] >= FLOOR / 100 * totals["num_statements"]
    assert totals["covered_branches"] >= FLOOR / 100 * totals["num_branches"]
