"""Catches a rare change that is lost: a rule that moves, models that ask while they are made."""

from typing import Any

import sqlalchemy as sa
from alembic import command
from sqlalchemy import event

from ..support import Sandbox, book, upgrades

NUMBERS = (sa.Column("a", sa.Integer), sa.Column("b", sa.Integer))


def numbered(*rules: sa.schema.SchemaItem) -> sa.MetaData:
    """Return a book with two numbers, and *rules* on them."""
    return book(*(column._copy() for column in NUMBERS), *rules)


def test_a_unique_rule_moves_to_another_column(sandbox: Sandbox) -> None:
    sandbox.revise(numbered(sa.UniqueConstraint("a", name="uq")))
    sandbox.upgrade()
    moved = numbered(sa.UniqueConstraint("b", name="uq"))
    assert upgrades(sandbox.revise(moved)) == ["drop_constraint", "create_unique_using_index"]
    sandbox.upgrade()
    command.check(sandbox.config(moved))


def test_models_that_ask_the_database_while_they_are_created(sandbox: Sandbox) -> None:
    asked: list[Any] = []
    models = numbered()

    @event.listens_for(models, "before_create")
    def ask(target: Any, connection: Any, **_: Any) -> None:
        asked.append(connection.execute(sa.text("SELECT 1")).scalar())

    sandbox.revise(models)
    sandbox.upgrade()
    command.check(sandbox.config(models))
    assert 1 in asked
