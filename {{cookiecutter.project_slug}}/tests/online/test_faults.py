"""Catches a faulty revision that is handed over, and a check that keeps silent on what it did not look at."""

from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command

from {{ cookiecutter.package_name }}.online.session.errors import DatabaseError
from {{ cookiecutter.package_name }}.online.write import arrive
from {{ cookiecutter.package_name }}.online.write.sides import Sides

from .support import Sandbox, book

HEAD = "import sqlalchemy as sa\nfrom alembic import op\n\n\n"
ADD = "op.add_column('book', sa.Column('note', sa.Text))"
DROP = "op.drop_column('book', 'note')"
# What is written in the place of the revision that adds a note, and what is said of it.
FAULTS = {
    "no code": ("def upgrade(:\n", "cannot be read"),
    "a missing import": ("import nothing_of_this_name\n", "cannot be imported"),
    "nothing is done": ("pass", "pass", r"upgrade does not end .*\n +column book.note: missing"),
    "too much is done": (
        f"{ADD}\n    op.add_column('book', sa.Column('more', sa.Text))",
        DROP,
        "column book.more: there, and not wanted",
    ),
    "another type": (ADD.replace("sa.Text", "sa.LargeBinary"), DROP, "column book.note:\n +wanted"),
    "the upgrade fails": ("op.execute('nonsense')", DROP, r"upgrade\(\) of .*nonsense"),
    "a name that is not there": ("nonsense()", DROP, r"upgrade\(\) of .*NameError"),
    "the downgrade fails": (ADD, "op.execute('nonsense')", r"downgrade\(\) of .*nonsense"),
    "the downgrade forgets": (ADD, "pass", "downgrade does not end where the upgrade began"),
}


def written(parts: tuple[str, ...]) -> str:
    """Return the text of a revision from its two functions, or the whole of it."""
    if len(parts) == 2:
        return parts[0]
    up, down, _ = parts
    return f"{HEAD}def upgrade():\n    {up}\n\n\ndef downgrade():\n    {down}\n"


@pytest.fixture
def noted(sandbox: Sandbox) -> sa.MetaData:
    """Write the first revision; return models with one column more."""
    sandbox.revise_first(book())
    return book(sa.Column("note", sa.Text))


def break_by(monkeypatch: pytest.MonkeyPatch, fault: str) -> None:
    """Let the *fault* be what is written."""

    def write(_: Any, script: Any, path: Path) -> None:
        path.write_text(written(FAULTS[fault]), encoding="utf-8")

    monkeypatch.setattr(arrive, "write_revision_file", write)


@pytest.mark.parametrize("fault", FAULTS)
def test_it_is_not_handed_over(
    fault: str, noted: sa.MetaData, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        break_by(broken, fault)
        with pytest.raises(
            DatabaseError, match=f"(?s)No revision was written.*{FAULTS[fault][-1]}"
        ):
            sandbox.revise(noted)
    assert len(sandbox.files()) == 1
    assert len(sandbox.revise(noted)) == 1


def test_the_author_may_keep_it(
    noted: sa.MetaData, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    break_by(monkeypatch, "nothing is done")
    [script] = sandbox.revise(noted, unproven=True)
    text = Path(script.path).read_text(encoding="utf-8")
    assert "# UNPROVEN" in text
    assert "column book.note: missing" in text


def test_what_was_not_compared_is_said(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    sandbox.revise_first(book())
    sandbox.upgrade()
    monkeypatch.setattr(Sides, "unknown", "the scratch server is of another release")
    command.check(sandbox.config(book()))
    assert "not options of indexes" in capsys.readouterr().err


def test_several_models_are_taken_together(sandbox: Sandbox) -> None:
    """Alembic takes a list of them."""
    other = sa.MetaData()
    sa.Table("shelf", other, sa.Column("id", sa.Integer, primary_key=True))
    several: Any = [book(), other]
    sandbox.revise(several)
    sandbox.upgrade(models=several)
    command.check(sandbox.config(several))
    twice: Any = [book(), book()]
    with pytest.raises(DatabaseError, match="more than one table book"):
        sandbox.revise(twice)
