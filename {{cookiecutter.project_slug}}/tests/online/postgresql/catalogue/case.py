"""A row of the catalogue: a model before, the model after, and why the revision is as it is.

*before* and *after* are column lists of a table ``invoice`` (and further tables where named), as
Python source, so that the document can show exactly what was run.
"""

from __future__ import annotations

from dataclasses import dataclass

ID = 'sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True)'
NAME = 'sa.Column("name", sa.String(50), nullable=False)'
BASE = f"{ID}, {NAME}"
CUSTOMER = f'sa.Table("customer", m, {ID}, {NAME})'

PLAIN = 'sa.Column("id", sa.Integer), sa.Column("name", sa.String(50), nullable=False)'
# A CHECK that takes the place of another one.
EITHER = (
    "op.create_check_constraint_not_valid(",
    "op.validate_constraint(",
    "op.swap_constraint(",
)
NON_NATIVE = 'name="e", native_enum=False, create_constraint=True'
PARTED = (
    'sa.Table("invoice", m, sa.Column("id", sa.BigInteger, primary_key=True), '
    'sa.Column("name", sa.Text)PARTS, postgresql_partition_by="RANGE (id)")'
)


def invoice(*parts: str) -> str:
    """Return the source of the table ``invoice`` with further columns and constraints."""
    return f'sa.Table("invoice", m, {", ".join((BASE, *parts))})'


def keyed(**options: str) -> str:
    """Return an invoice with a foreign key to a customer."""
    given = "".join(f", {name}={value}" for name, value in options.items())
    key = f'sa.ForeignKeyConstraint(["customer_id"], ["customer.id"]{given})'
    return CUSTOMER + "; " + invoice('sa.Column("customer_id", sa.BigInteger)', key)


def indexed(**options: str) -> str:
    """Return an invoice with an index on its name."""
    given = "".join(f", {name}={value}" for name, value in options.items())
    return invoice(f'sa.Index("ix_invoice_name", "name"{given})')


def with_id(kind: str) -> str:
    """Return a table whose key is of this *kind*."""
    return f'sa.Table("invoice", m, sa.Column("id", sa.Integer, {kind}primary_key=True))'


@dataclass(frozen=True)
class Case:
    """One row: what changes in the models, and what the revision must (not) hold."""

    name: str
    reason: str
    before: str
    after: str
    # Fragments in the files, by phase; a phase that is not named must not come.
    expand: tuple[str, ...] = ()
    contract: tuple[str, ...] = ()
    # Fragments of the refusal, where no file may be written.
    refused: tuple[str, ...] = ()
    # What makes the change reversible only in part, in words.
    one_way: str = ""
    allow: str = ""
    # A connection that has prepared a SELECT of the column fails once and prepares it anew.
    prepares_anew: bool = False
    # The first version of PostgreSQL that has it.
    since: int = 0
    # What the author writes in the place of "...".
    author_writes: str = ""


@dataclass(frozen=True)
class Unseen:
    """A change of the models that autogenerate does not see, and what to do instead."""

    name: str
    before: str
    after: str
    instead: str
