"""Every row of the catalogue: the revision that is written, and that it can be rolled out and back.

The run itself is ``catalogue/inside/row.py``: on empty tables up, down and up; then on tables
with rows, beside replicas of the old and of the new release, none of which may see an error.
"""

from contextlib import ExitStack
from pathlib import Path

import pytest
from catalogue.cases import CASES, UNSEEN, Case, Unseen
from catalogue.document import COMMAND, PATH, document
from catalogue.older import older_server
from catalogue.worker import Worker, working

pytest_plugins = ["catalogue.plugin"]
pytestmark = pytest.mark.slow


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_row(case: Case, worker: Worker) -> None:
    """The change comes out as the catalogue says, in the phases that it says."""
    found = worker.ask("run", case.name)
    if case.refused:
        assert found["written"] == 0, "refused, and yet a file was written"
        missing = [text for text in case.refused if text not in found["refusal"]]
        assert not missing, found["refusal"]
        return
    assert "refusal" not in found, found["refusal"]
    wanted = {"expand": case.expand, "contract": case.contract}
    assert list(found["revisions"]) == [phase for phase in wanted if wanted[phase]]
    for phase, text in found["revisions"].items():
        missing = [fragment for fragment in wanted[phase] if fragment not in text]
        assert not missing, text


@pytest.mark.parametrize("case", [c for c in CASES if not c.refused], ids=lambda case: case.name)
def test_no_writer_sees_an_error(case: Case, worker: Worker) -> None:
    """Old and new code went on; only a change of type makes connections prepare anew."""
    seen = worker.ask("run", case.name)["traffic"]
    assert seen["old"] > 0
    assert seen["new"] > 0
    assert (seen["prepared anew"] > 0) == case.prepares_anew


def test_a_value_that_nobody_wrote_stops_the_upgrade(worker: Worker) -> None:
    """It names the table, its rows, the column and the line; the schema stays as it was."""
    (case,) = (case for case in CASES if case.author_writes)
    said = worker.ask("run", case.name)["unset"]
    assert "invoice has 1200 rows" in said
    assert "invoice.slug" in said
    assert "nothing was changed" in said


@pytest.mark.parametrize("case", UNSEEN, ids=lambda case: case.name)
def test_what_is_not_seen(case: Unseen, worker: Worker) -> None:
    """The document names what autogenerate does not see; once it does, the document must change."""
    assert worker.ask("difference", case.name)["files"] == []


def test_the_document_is_what_the_run_shows(worker: Worker, baked: Path, tmp_path: Path) -> None:
    """``docs/catalogue.md`` cannot lie; where PostgreSQL 15 is installed, its chapter neither."""
    written = PATH.read_text(encoding="utf-8")
    with ExitStack() as stack:
        url = stack.enter_context(older_server())
        older = None if url is None else stack.enter_context(working(baked, url, tmp_path))
        assert document(worker, older, written) == written, f"run: {COMMAND}"
