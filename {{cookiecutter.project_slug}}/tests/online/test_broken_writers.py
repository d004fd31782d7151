"""Catches a rewriter or renderer that is broken, and what it wrote handed over all the same."""

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate.rewriter import Rewriter
from alembic.operations import MigrateOperation, ops
from sqlalchemy.types import TypeEngine

from {{ cookiecutter.package_name }}.db import rules
from {{ cookiecutter.package_name }}.online.session.errors import DatabaseError

from .support import Sandbox, book

Break = Callable[[Any], Any]


def changed() -> sa.MetaData:
    """Return models with a column and a table more, with rules and an index."""
    models = book(sa.Column("note", sa.String(20), server_default="none", nullable=False))
    sa.Table(
        "shelf",
        models,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("code", sa.String(20), unique=True, nullable=False),
        sa.Column("book_id", sa.ForeignKey("book.id", ondelete="CASCADE"), index=True),
        sa.Column("width", sa.Integer, sa.CheckConstraint("width > 0", name="width")),
    )
    return models


def column_with(**attributes: Any) -> Break:
    """Return what changes the new column."""

    def change(operation: ops.AddColumnOp) -> MigrateOperation:
        for name, value in attributes.items():
            setattr(operation.column, name, value)
        return operation

    return change


def index_with(**attributes: Any) -> Break:
    """Return what changes the new index."""

    def change(operation: ops.CreateIndexOp) -> MigrateOperation:
        vars(operation).update(attributes)
        return operation

    return change


def without(kind: type[sa.schema.SchemaItem], name: str | None = None) -> Break:
    """Return what leaves a part of this *kind* (and *name*) out of the new table."""

    def change(operation: ops.CreateTableOp) -> MigrateOperation:
        operation.columns = [
            part
            for part in operation.columns
            if not (isinstance(part, kind) and name in (None, getattr(part, "name", None)))
        ]
        return operation

    return change


def reference_with(**attributes: Any) -> Break:
    """Return what changes the new table's foreign key."""

    def change(operation: ops.CreateTableOp) -> MigrateOperation:
        for part in operation.columns:
            if isinstance(part, sa.ForeignKeyConstraint):
                vars(part).update(attributes)
        return operation

    return change


# What breaks an operation of each kind on its way into the revision.
BROKEN: dict[str, tuple[type[MigrateOperation], Break]] = {
    "a column is lost": (ops.AddColumnOp, lambda _: []),
    "a column comes under another name": (ops.AddColumnOp, column_with(name="notes")),
    "a column is of another type": (ops.AddColumnOp, column_with(type=sa.LargeBinary())),
    "a NOT NULL is lost": (ops.AddColumnOp, column_with(nullable=True)),
    "a default is lost": (ops.AddColumnOp, column_with(server_default=None, nullable=True)),
    "a table is lost": (ops.CreateTableOp, lambda _: []),
    "a table comes without a column": (ops.CreateTableOp, without(sa.Column, "width")),
    "a table comes without a unique rule": (ops.CreateTableOp, without(sa.UniqueConstraint)),
    "a table comes without a check": (ops.CreateTableOp, without(sa.CheckConstraint)),
    "a table comes without its reference": (
        ops.CreateTableOp,
        without(sa.ForeignKeyConstraint),
    ),
    "a reference acts otherwise": (ops.CreateTableOp, reference_with(ondelete="SET NULL")),
    "an index is lost": (ops.CreateIndexOp, lambda _: []),
    "an index is on another column": (ops.CreateIndexOp, index_with(columns=["width"])),
    "an index is unique": (ops.CreateIndexOp, index_with(unique=True)),
}


@pytest.mark.parametrize("fault", BROKEN)
def test_a_broken_rewriter(fault: str, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    sandbox.revise_first(book())
    kind, break_it = BROKEN[fault]
    broken = Rewriter()

    @broken.rewrites(kind)
    def rewrite(context: Any, revision: Any, operation: Any) -> Any:
        return break_it(operation)

    with monkeypatch.context() as patch:
        patch.setattr(rules, "after", broken)
        refuses(sandbox)
    assert len(sandbox.revise(changed())) == 1


# What a renderer makes of a type.
RENDERED = {
    "another type": "sa.LargeBinary()",
    "a number for a text": "sa.Integer()",
    "a name that is not imported": "nothing.String(20)",
    "no Python": "sa.String(20",
}


@pytest.mark.parametrize("fault", RENDERED)
def test_a_broken_renderer(fault: str, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    sandbox.revise_first(book())

    def render_type(type_: TypeEngine[Any], imports: set[str]) -> str | None:
        return RENDERED[fault] if isinstance(type_, sa.String) else None

    with monkeypatch.context() as patch:
        patch.setattr(rules, "render_type", render_type)
        refuses(sandbox)
    assert len(sandbox.revise(changed())) == 1


def refuses(sandbox: Sandbox) -> None:
    """Assert that the change is not written, and that no file of it stays."""
    with pytest.raises(DatabaseError, match="No revision was written, for it does not arrive"):
        sandbox.revise(changed())
    assert len(sandbox.files()) == 1
