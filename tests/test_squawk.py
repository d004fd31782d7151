"""squawk, a linter that is not ours, finds nothing in the SQL of any revision of the catalogue.

What it may not say is written, with the reasons, in the service's ``.squawk.toml``.
"""

import json
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from catalogue.cases import CASES, Case
from catalogue.worker import Worker

pytest_plugins = ["catalogue.plugin"]
pytestmark = pytest.mark.slow

SQUAWK = Path(sys.executable).parent / "squawk"
# One row says what no exclusion for all may hide.
EXCEPT = {
    "virtual generated column added (PostgreSQL 18)": {
        # squawk takes a virtual column for a stored one, which would rewrite the table.
        "adding-field-with-default",
    },
}
WRITTEN = [case for case in CASES if not case.refused]


def rules_broken(sql: str, folder: Path, *options: str) -> set[str]:
    """Return the names of the rules that squawk finds broken in *sql*."""
    path = folder / "revision.sql"
    path.write_text(sql, encoding="utf-8")
    done = subprocess.run(
        [SQUAWK, "--reporter", "json", *options, path], capture_output=True, text=True
    )
    assert done.returncode in (0, 1), done.stderr
    return {found["rule_name"] for found in json.loads(done.stdout)}


@pytest.mark.parametrize("case", WRITTEN, ids=lambda case: case.name)
def test_no_finding(case: Case, worker: Worker, baked: Path, tmp_path: Path) -> None:
    """The first revision, the expand and the contract, each as ``--sql`` writes it."""
    reasons = ("--config", str(baked / ".squawk.toml"))
    sql = worker.ask("run", case.name)["sql"]
    assert len(sql) > 1
    found = {name: rules_broken(text, tmp_path, *reasons) for name, text in sql.items()}
    assert set.union(*found.values()) == EXCEPT.get(case.name, set()), found


def test_every_exclusion_is_needed(worker: Worker, baked: Path, tmp_path: Path) -> None:
    """A reason whose rule finds nothing any more must go."""
    texts = [text for case in WRITTEN for text in worker.ask("run", case.name)["sql"].values()]
    config = tomllib.loads((baked / ".squawk.toml").read_text(encoding="utf-8"))
    version = ("--pg-version", config["pg_version"])
    everything = rules_broken("\n".join(texts), tmp_path, *version)
    assert set(config["excluded_rules"]) | set.union(*EXCEPT.values()) == everything
