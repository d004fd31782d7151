"""The generated proof fails on revisions that stop live traffic or break a release, on no others."""

import xml.etree.ElementTree as ET
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from proof.cases import BLOCKING, BREAKING, CREATE, HARMLESS, LEFT_REQUIRED, Case
from service import Server, Service, copy

LOCKS, RELEASES = "does_not_stop_live_traffic", "both_releases_work_between_the_phases"
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
    report = service.folder / "report.xml"
    tests = ("tests/test_proof_locks.py", "tests/test_proof_releases.py")
    service.run("-m", "pytest", *tests, f"--junitxml={report}", code=code)
    failed: Failures = {}
    for case in ET.parse(report).getroot().iter("testcase"):
        assert case.find("error") is None, ET.tostring(case)
        if (failure := case.find("failure")) is not None:
            test, _, revision = case.attrib["name"].removesuffix("]").partition("[")
            failed[test.removeprefix("test_").removeprefix("revision_"), revision] = (
                failure.text or ""
            )
    return failed


def said(case: Case, failures: Failures, test: str) -> None:
    """Expect that *test* failed for the case's revision and said all that it should."""
    text = failures.get((test, case.name), "")
    for fragment in case.told:
        assert case.filled(fragment).replace("LINE", str(FIRST_LINE)) in text, text


@pytest.fixture(scope="module")
def failures(
    baked: Path, server: Server, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Failures]:
    """Put all cases into one history, each with its table, and run the proof once."""
    with server.database() as database:
        service = copy(baked, tmp_path_factory.mktemp("proof") / "service", server, database)
        service.cli("db", "revision", "--first")
        every: Sequence[Case] = [*BLOCKING, *HARMLESS, *BREAKING, LEFT_REQUIRED]
        creations = [f'op.execute("""{case.filled(CREATE).strip()}""")' for case in every]
        write(service, "tables", "\n".join(creations))
        for case in HARMLESS + BREAKING:
            write(service, case.name, case.filled(case.source))
        for case in [*BLOCKING, LEFT_REQUIRED]:
            write(service, case.name, case.filled(case.source), phase="contract")
        yield prove(service, code=1)


@pytest.mark.parametrize("case", BLOCKING, ids=lambda case: case.name)
def test_blocking_revision_fails_with_line_lock_and_recipe(case: Case, failures: Failures) -> None:
    """The failure names the line, the lock, what was done under it, and what to do instead."""
    said(case, failures, LOCKS)


@pytest.mark.parametrize("case", HARMLESS, ids=lambda case: case.name)
def test_harmless_revision_does_not_block(case: Case, failures: Failures) -> None:
    """An instant of a strong lock, or long work under a weak one, is nobody's harm."""
    assert (LOCKS, case.name) not in failures, failures[LOCKS, case.name]


@pytest.mark.parametrize("case", BREAKING, ids=lambda case: case.name)
def test_expand_that_breaks_the_old_release_fails(case: Case, failures: Failures) -> None:
    """What the previous release sends must go on working."""
    said(case, failures, RELEASES)


def test_contract_that_left_the_new_release_unable_to_insert_fails(failures: Failures) -> None:
    """A NOT NULL column must be relaxed before the code that does not know it."""
    said(LEFT_REQUIRED, failures, RELEASES)


def test_nothing_else_fails(failures: Failures) -> None:
    """Beside the cases above, only what tightens the schema in an expand."""
    tightening = {"unique_using_index", "key_validated_later", "check_validated_later"}
    expected = {(LOCKS, case.name) for case in BLOCKING}
    expected |= {(RELEASES, case.name) for case in [*BREAKING, LEFT_REQUIRED]}
    expected |= {(RELEASES, name) for name in tightening}
    blocking_too = {(LOCKS, "type_narrowed")}
    assert set(failures) - blocking_too == expected
