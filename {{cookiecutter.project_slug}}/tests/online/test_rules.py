"""Catches an owner's rule, operation or type that the machinery passes over or writes wrongly."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import pytest
import sqlalchemy as sa
from alembic.autogenerate.rewriter import Rewriter
from alembic.operations import Operations, ops
from alembic.util import CommandError
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeEngine, UserDefinedType

from {{ cookiecutter.package_name }}.db import rules
from {{ cookiecutter.package_name }}.online import EXPAND, Expand, Operation, in_phase
from {{ cookiecutter.package_name }}.online.operations.rank import with_ranks
from {{ cookiecutter.package_name }}.online.operations.stand_in import StandIn

from .support import Database, Sandbox, book, upgrades

TITLE = sa.Column("title", sa.String(100))


@dataclass
class Note(Operation):
    """``op.note(text)``: an operation of a service's own."""

    name = "note"
    ranks = {EXPAND: Expand.COLUMNS + 5}
    text: str

    def run(self, operations: Operations) -> None:
        """Write the text down."""
        operations.execute(f"INSERT INTO note (text) VALUES ('{self.text}')")


@dataclass
class Idle(Operation):
    """``op.idle()``: an operation that lacks its work."""

    name = "idle"


@dataclass
class Cast(Operation):
    """``op.cast(type)``: an operation with a type among its arguments."""

    name = "cast"
    type_: TypeEngine[Any]

    def run(self, operations: Operations) -> None:
        """Do nothing."""


def comment_later(context: Any, plain: ops.CreateTableCommentOp) -> str:
    """Return the plain call."""
    return f"op.create_table_comment({plain.comment!r})"


class CommentLater(StandIn[ops.CreateTableCommentOp]):
    """``op.comment_later(…)``: stands in for a comment."""

    name = "comment_later"
    plain_class = ops.CreateTableCommentOp
    plain_name = "create_table_comment"
    plain_render = comment_later


@pytest.fixture
def after(monkeypatch: pytest.MonkeyPatch) -> Iterator[Rewriter]:
    """Put an empty Rewriter in the place of the owner's, which sees what ours made."""
    rewriter = Rewriter()
    monkeypatch.setattr(rules, "after", rewriter)
    return rewriter  # type: ignore[return-value]


async def test_an_operation_of_ones_own(
    after: Rewriter, sandbox: Sandbox, database: Database
) -> None:
    @after.rewrites(ops.AddColumnOp)
    def noted(context: Any, revision: Any, operation: ops.AddColumnOp) -> Any:
        first = with_ranks(Note("first"), {EXPAND: Expand.SCHEMAS})
        return [operation, in_phase(EXPAND, Note("last")), first]

    sandbox.revise(book())
    sandbox.upgrade()
    # On the scratch database, which only the revisions make, there is no such table.
    await database.execute("CREATE TABLE note (text varchar(20))")
    assert upgrades(sandbox.revise(book(TITLE._copy()), unproven=True)) == [
        "note",
        "add_column",
        "note",
    ]
    sandbox.upgrade()
    assert await database.values("SELECT text FROM note ORDER BY text") == ["first", "last"]


def test_what_alembic_check_says_of_it() -> None:
    assert Note("new").to_diff_tuple() == ("note", "new")
    assert Note("new").reverse() is None


def test_a_type_among_the_arguments(after: Rewriter, sandbox: Sandbox) -> None:
    after.rewrites(ops.CreateTableOp)(lambda c, r, operation: [operation, Cast(sa.Integer())])
    [script] = sandbox.revise(book())
    assert "op.cast(sa.Integer())" in Path(script.path).read_text(encoding="utf-8")


def test_a_stand_in_has_what_it_stands_for() -> None:
    plain = ops.CreateTableCommentOp("book", "old")
    later = CommentLater.like(plain, comment="new")
    assert (later.table_name, later.comment, plain.comment) == ("book", "new", "old")
    assert later.render(cast(Any, None)) == "op.comment_later('new')"
    assert later.to_diff_tuple()[0] == "comment_later"
    assert not hasattr(later, "_private")


def test_an_operation_without_work(sandbox: Sandbox) -> None:
    sandbox.by_hand("    op.idle()")
    with pytest.raises(TypeError, match=r"Idle has no run\(\)"):
        sandbox.upgrade()


@pytest.mark.parametrize("phase", ["expand", "contract"])
def test_the_phase_of_a_librarys_operation(
    phase: str, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "phase_of", lambda operation: phase)
    sandbox.revise(book())
    [script] = sandbox.revise(book(TITLE._copy()))
    assert script.module.phase == phase


class Odd(UserDefinedType[str]):
    """A type of a library's."""

    cache_ok = True

    def __init__(self, size: int = 20) -> None:
        """Take its size."""
        self.size = size

    def get_col_spec(self, **_: Any) -> str:
        """Return it as SQL."""
        return f"varchar({self.size})"


class Shouted(sa.types.TypeDecorator[str]):
    """A type of the application's own."""

    impl = sa.String(40)
    cache_ok = True


class Chosen(sa.types.TypeDecorator[int]):
    """A type that chooses what lies beneath it for each database."""

    impl = sa.String
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        """Take a number everywhere."""
        return dialect.type_descriptor(sa.Integer())


class Wrapped(sa.types.TypeDecorator[str]):
    """A type on a library's."""

    impl = Odd
    cache_ok = True


@pytest.mark.parametrize(
    ("type_", "wanted"),
    [
        (Odd(), f"import {__name__}"),
        (Wrapped(), "Odd("),
        (Chosen(), "sa.Integer()"),
        (Shouted(), "sa.String(length=40)"),
        (sa.Integer().with_variant(sa.BigInteger(), "nowhere"), "sa.Integer()"),
    ],
)
def test_how_a_type_is_written(type_: Any, wanted: str, sandbox: Sandbox) -> None:
    [script] = sandbox.revise(book(sa.Column("title", type_)))
    assert wanted in Path(script.path).read_text(encoding="utf-8")


def test_how_the_owner_writes_it(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    def render(type_: Any, imports: set[str]) -> str | None:
        imports.add("import decimal")
        return "sa.String(7)" if isinstance(type_, sa.String) else None

    monkeypatch.setattr(rules, "render_type", render)
    # A type that is not the model's does not arrive.
    [script] = sandbox.revise(book(TITLE._copy()), unproven=True)
    written = Path(script.path).read_text(encoding="utf-8")
    assert "sa.String(7)" in written
    assert "import decimal" in written


def test_a_phase_that_there_is_not(sandbox: Sandbox, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(CommandError):
        sandbox.by_hand("    pass", phase="soon")
    assert "There is no phase 'soon'" in capsys.readouterr().out
    sandbox.type_command(book(), "-x", "phase=contract", "revision", "-m", "by hand")
    assert 'phase = "contract"' in sandbox.files()[0].read_text(encoding="utf-8")
