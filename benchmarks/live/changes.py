"""The changes that are measured: what the author changes in the models, and what it is against."""

from dataclasses import dataclass, field

MODELS = '''"""The models of the benchmark."""

import uuid
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from .base import Base, Timestamped


class Account(Base):
    """A small table that the large one refers to."""

    __tablename__ = "account"

    id: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True)
    balance: Mapped[Decimal] = mapped_column(sa.Numeric(12, 2))


class Invoice(Timestamped, Base):
    """The large table."""

    __tablename__ = "invoice"
    __table_args__ = (sa.Index(None, "created_at"),)

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    account_id: Mapped[int] = mapped_column(sa.BigInteger)
    number: Mapped[str] = mapped_column(sa.String(40))
    amount: Mapped[Decimal] = mapped_column(sa.Numeric(12, 2))
    note: Mapped[str | None] = mapped_column(sa.String(200))
'''

# The rows before the change: {rows} is their number.
ROWS = (
    "INSERT INTO account SELECT n, 0 FROM generate_series(1, 1000) AS n",
    "INSERT INTO invoice (account_id, number, amount, note) "
    "SELECT 1 + n % 1000, 'N' || n, n % 100, 'a note on invoice ' || n "
    "FROM generate_series(1, {rows}) AS n",
)

NOTE = "    note: Mapped[str | None] = mapped_column(sa.String(200))\n"
ARGUMENTS = '(sa.Index(None, "created_at"),)'
IN_ONE_TRANSACTION = (
    "ALTER TABLE invoice ADD COLUMN {column} {type}",
    "UPDATE invoice SET {column} = {value}",
    "ALTER TABLE invoice ALTER COLUMN {column} SET NOT NULL",
)


@dataclass(frozen=True)
class Bar:
    """What must hold: ours at most this many times the other, in the worst case and in time.

    *worst_without* is the alternative to *worst*: against the worst without any migration.
    """

    worst: float
    duration: float | None = None
    worst_without: float | None = None

    def __str__(self) -> str:
        """Return the bar in words."""
        words = f"worst ≤ 1/{1 / self.worst:.0f}"
        if self.worst_without is not None:
            words += f", or ≤ {self.worst_without:g} × no migration"
        if self.duration is not None:
            times = f"{self.duration:g} ×" if self.duration >= 1 else f"1/{1 / self.duration:.0f}"
            words += f"; time ≤ {times}"
        return words


@dataclass(frozen=True)
class Change:
    """One change: *old* text of the models becomes *new*.

    *statements* is the migration it is measured against, in one transaction; without them it is
    stock Alembic's. *inserts* names what new code inserts besides, and the SQL values.
    """

    name: str
    old: str
    new: str
    bar: Bar
    against: str = "stock Alembic"
    statements: tuple[str, ...] = ()
    inserts: dict[str, str] = field(default_factory=dict)

    @property
    def runs(self) -> int:
        """Return how often to measure: a small difference needs more looks than a large one."""
        return 3 if self.bar.worst_without is None else 5

    @property
    def models(self) -> str:
        """Return the models after the change."""
        assert MODELS.count(self.old) == 1, self.name
        return MODELS.replace(self.old, self.new)


def _column(line: str) -> tuple[str, str]:
    return NOTE, f"{NOTE}    {line}\n"


def _argument(text: str) -> tuple[str, str]:
    return ARGUMENTS, f'(sa.Index(None, "created_at"), {text})'


def _at_once(column: str, type_: str, value: str) -> tuple[str, ...]:
    return tuple(step.format(column=column, type=type_, value=value) for step in IN_ONE_TRANSACTION)


ONLINE = Bar(worst=1 / 5, worst_without=2)

FILLED = Change(
    "NOT NULL column, a value per row",
    *_column(
        "label: Mapped[str] = mapped_column(sa.String(60), info={'backfill': \"'I-' || number\"})"
    ),
    Bar(worst=1 / 20, duration=3),
    against="one transaction",
    statements=_at_once("label", "varchar(60)", "'I-' || number"),
    inserts={"label": "'I-new'"},
)

CHANGES = (
    Change(
        "NOT NULL column, one constant",
        *_column(
            "currency: Mapped[str] = mapped_column(sa.String(3), info={'backfill': \"'EUR'\"})"
        ),
        Bar(worst=1 / 20, duration=1 / 5),
        against="one transaction",
        statements=_at_once("currency", "varchar(3)", "'EUR'"),
        inserts={"currency": "'CHF'"},
    ),
    FILLED,
    Change(
        "NOT NULL column, volatile default",
        *_column(
            "token: Mapped[uuid.UUID] = mapped_column(server_default=sa.text('gen_random_uuid()'))"
        ),
        Bar(worst=1 / 20),
    ),
    Change("index", *_argument('sa.Index(None, "account_id")'), ONLINE),
    Change("unique constraint", *_argument('sa.UniqueConstraint("number")'), ONLINE),
    Change(
        "foreign key",
        "account_id: Mapped[int] = mapped_column(sa.BigInteger)",
        'account_id: Mapped[int] = mapped_column(sa.BigInteger, sa.ForeignKey("account.id"))',
        ONLINE,
    ),
    Change(
        "check constraint",
        *_argument('sa.CheckConstraint("amount >= 0", name="amount_not_negative")'),
        ONLINE,
    ),
    Change("existing column NOT NULL", NOTE, NOTE.replace("str | None", "str"), ONLINE),
)
