"""A database with rows that break rules, for the tests of plans."""

import asyncio

import sqlalchemy as sa
from typer.testing import CliRunner, Result

from {{ cookiecutter.package_name }}.cli import app
from {{ cookiecutter.package_name }}.online.deploy.plan import asked
from {{ cookiecutter.package_name }}.online.deploy.plan.plan import Plan

from .support import Database, Sandbox, book

# Two titles are alike, one number of pages is missing, and there is no shelf 9.
ROWS = (
    "INSERT INTO shelf (id) VALUES (1)",
    "INSERT INTO loose (n) VALUES (1), (1), (NULL)",
    "INSERT INTO book (id, title, pages) VALUES (1, 'secret', 1), (2, 'secret', NULL), (3, 'c', 9)",
)


def title() -> sa.Column[str]:
    """Return the column of texts."""
    return sa.Column("title", sa.String(100))


def pages() -> sa.Column[int]:
    """Return the column of numbers."""
    return sa.Column("pages", sa.Integer)


async def make(sandbox: Sandbox, database: Database) -> None:
    """Make the tables, without rows: one with a history, one beside it, one without a key."""
    sandbox.revise(book(title(), pages()))
    sandbox.upgrade()
    await database.execute(
        "CREATE TABLE shelf (id INTEGER NOT NULL PRIMARY KEY)", "CREATE TABLE loose (n INTEGER)"
    )


async def typed(*words: str) -> Result:
    """Return what ``db`` says to these *words*, outside of the test's loop."""
    return await asyncio.to_thread(CliRunner().invoke, app, ["db", *words])


async def reasons() -> list[str]:
    """Return the sentences of a plan for all that is pending."""
    return sentences(await asked.plan())


def sentences(plan: Plan) -> list[str]:
    """Return why it would not end."""
    return [hindrance.told for _, _, hindrance in plan.all_hindrances]


def notes(plan: Plan) -> list[str]:
    """Return what it does not know."""
    of_steps = [note for one in plan.revisions for step in one.steps for note in step.notes]
    return [*of_steps, *(note for one in plan.revisions for note in one.notes)]
