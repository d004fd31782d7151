"""Catches a faulty revision that reaches the disk: what is written is run before it is a file."""

from typing import Any

import pytest
import sqlalchemy as sa
from alembic.operations import ops

from {{ cookiecutter.package_name }}.online.postgresql.operations import indexes
from {{ cookiecutter.package_name }}.online.session.errors import DatabaseError

from ..support import Sandbox, book

FAULTS = {
    "does not parse": ("op.create_index_concurrently(", "cannot be read"),
    "lacks an import": ("absent.thing()", "absent"),
    "fails": ("op.execute('SELECT 1 / 0')", "division by zero"),
    "does nothing": ("", r"index book\.ix_title: missing"),
    "does another thing": ("op.create_index('ix_title', 'book', ['id'])", "wanted: CREATE INDEX"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_broken_renderer_leaves_no_file(
    fault: str, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, said = FAULTS[fault]

    def broken(operation: Any, context: Any) -> str:
        return source or "pass"

    sandbox.revise(book(sa.Column("title", sa.Text)))
    files = sandbox.files()
    monkeypatch.setattr(indexes.CreateIndexConcurrently, "render", broken)
    models = book(sa.Column("title", sa.Text), sa.Index("ix_title", "title"))
    with pytest.raises(DatabaseError, match=said):
        sandbox.revise(models)
    assert sandbox.files() == files

    if fault != "does not parse":
        (script,) = sandbox.revise(models, unproven=True)
        (written,) = set(sandbox.files()) - set(files)
        assert "# UNPROVEN" in written.read_text()
        assert str(written) == script.path


def test_a_downgrade_that_does_not_go_back_leaves_no_file(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    sandbox.revise(book(sa.Column("title", sa.Text)))
    files = sandbox.files()
    monkeypatch.setattr(
        indexes.CreateIndexConcurrently, "reverse", lambda operation: ops.ExecuteSQLOp("SELECT 1")
    )
    with pytest.raises(DatabaseError, match="downgrade does not end where the upgrade began"):
        sandbox.revise(book(sa.Column("title", sa.Text), sa.Index("ix_title", "title")))
    assert sandbox.files() == files
