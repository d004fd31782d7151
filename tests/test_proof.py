"""The generated proof fails on revisions that stop live traffic or break a release, on no others."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from once import once
from proof.cases import BLOCKING, BREAKING, CREATE, HARMLESS, LEFT_REQUIRED, Case
from proof.releases import FIRST, SECOND
from proof.run import FIRST_LINE, LOCKS, RELEASES, Failures, failures_of, prove, write
from service import Server, Service, copy


def said(case: Case, failures: Failures, test: str) -> None:
    """Expect that *test* failed for the case's revision and said all that it should."""
    text = failures.get((test, case.name), "")
    for fragment in case.told:
        assert case.filled(fragment).replace("LINE", str(FIRST_LINE)) in text, text


@pytest.fixture(scope="module")
def failures(baked: Path, server: Server) -> Failures:
    """Put all cases into one history, each with its table, and run the proof once."""

    def run(into: Path) -> None:
        with server.database() as database:
            service = copy(baked, into / "service", server, database)
            service.cli("db", "revision", "--first")
            every: Sequence[Case] = [*BLOCKING, *HARMLESS, *BREAKING, LEFT_REQUIRED]
            creations = [f'op.execute("""{case.filled(CREATE).strip()}""")' for case in every]
            write(service, "tables", "\n".join(creations))
            for case in HARMLESS + BREAKING:
                write(service, case.name, case.filled(case.source))
            for case in [*BLOCKING, LEFT_REQUIRED]:
                write(service, case.name, case.filled(case.source), phase="contract")
            prove(service, code=1)

    return failures_of(once("proof", run) / "service")


@pytest.mark.slow
@pytest.mark.parametrize("case", BLOCKING, ids=lambda case: case.name)
def test_blocking_revision_fails_with_line_lock_and_recipe(case: Case, failures: Failures) -> None:
    """The failure names the line, the lock, what was done under it, and what to do instead."""
    said(case, failures, LOCKS)


@pytest.mark.slow
@pytest.mark.parametrize("case", HARMLESS, ids=lambda case: case.name)
def test_harmless_revision_does_not_block(case: Case, failures: Failures) -> None:
    """An instant of a strong lock, or long work under a weak one, is nobody's harm."""
    assert (LOCKS, case.name) not in failures, failures[LOCKS, case.name]


@pytest.mark.slow
@pytest.mark.parametrize("case", BREAKING, ids=lambda case: case.name)
def test_expand_that_breaks_the_old_release_fails(case: Case, failures: Failures) -> None:
    """What the previous release sends must go on working."""
    said(case, failures, RELEASES)


@pytest.mark.slow
def test_contract_that_left_the_new_release_unable_to_insert_fails(failures: Failures) -> None:
    """A NOT NULL column must be relaxed before the code that does not know it."""
    said(LEFT_REQUIRED, failures, RELEASES)


@pytest.mark.slow
def test_nothing_else_fails(failures: Failures) -> None:
    """Beside the cases above, only what tightens the schema in an expand."""
    tightening = {"unique_using_index", "key_validated_later", "check_validated_later", "instants"}
    expected = {(LOCKS, case.name) for case in BLOCKING}
    expected |= {(RELEASES, case.name) for case in [*BREAKING, LEFT_REQUIRED]}
    expected |= {(RELEASES, name) for name in tightening}
    blocking_too = {(LOCKS, "type_narrowed")}
    assert set(failures) - blocking_too == expected


def test_our_own_revisions_pass(service: Service) -> None:
    """What autogenerate writes for a release's worth of changes, in both phases, is safe."""
    service.use_models(FIRST)
    service.cli("db", "revision", "--first")
    service.use_models(SECOND)
    service.alembic("revision", "--autogenerate", "-m", "second release")
    assert len(service.revisions()) == 3
    assert prove(service, code=0) == {}
