"""Writing revisions by hand into a service, and running the service's own proof on them."""

import xml.etree.ElementTree as ET
from pathlib import Path

from service import Service

LOCKS, RELEASES = "does_not_stop_live_traffic", "both_releases_work_between_the_phases"
REPORT = "report.xml"
Failures = dict[tuple[str, str], str]

REVISION = '''"""{name}."""

import sqlalchemy as sa
from alembic import op

revision = "{name}"
down_revision: str | tuple[str, ...] | None = {after!r}
branch_labels = None
depends_on = None
phase = "{phase}"


def upgrade() -> None:
    """Apply the change."""
    {body}
'''
FIRST_LINE = REVISION.splitlines().index("    {body}") + 1


def write(service: Service, name: str, body: str, phase: str = "expand") -> Path:
    """Write a revision after the newest one; names sort as the revisions were written."""
    files = service.revisions()
    after = files[-1].stem.split("_", 1)[1].removeprefix("create_the_first_tables_")
    text = REVISION.format(name=name, after=after, phase=phase, body=body.replace("\n", "\n    "))
    path = service.versions / f"{len(files):04}_{name}.py"
    path.write_text(text, encoding="utf-8")
    return path


def prove(service: Service, *, code: int) -> Failures:
    """Run the service's proof, expect *code*, and return what failed by test and revision."""
    tests = ("tests/online/postgresql/proof",)
    service.run("-m", "pytest", *tests, f"--junitxml={service.folder / REPORT}", code=code)
    return failures_of(service.folder)


def failures_of(folder: Path) -> Failures:
    """Return what failed, by test and revision, when the proof last ran in *folder*."""
    failed: Failures = {}
    for case in ET.parse(folder / REPORT).getroot().iter("testcase"):
        assert case.find("error") is None, ET.tostring(case)
        if (failure := case.find("failure")) is not None:
            test, _, revision = case.attrib["name"].removesuffix("]").partition("[")
            failed[test.removeprefix("test_").removeprefix("revision_"), revision] = (
                failure.text or ""
            )
    return failed
