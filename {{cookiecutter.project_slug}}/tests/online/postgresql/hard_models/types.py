"""Column types: enums, domains, arrays, JSON, extension types, types of the application's own."""

import datetime
import decimal
import enum
import uuid
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg
from sqlalchemy.orm import Mapped, mapped_column

from .base import Base, Timestamped


class Colour(enum.Enum):
    """A Python enum: its names are the labels."""

    RED = "r"
    GREEN = "g"
    DARK_BLUE = "d"


class Size(enum.Enum):
    """A Python enum whose values are the labels."""

    SMALL = "small"
    EXTRA_LARGE = "extra large"


def _values(enum_class: Any) -> list[str]:
    return [member.value for member in enum_class]


STATUS = pg.ENUM("new", "it's open", "closed", name="status", metadata=Base.metadata)
SIZE = sa.Enum(Size, name="size", values_callable=_values)
LEVEL = sa.Enum("low", "high", name="level", schema="lists")
EMAIL = pg.DOMAIN("email", pg.CITEXT(), check="VALUE ~ '^[^@]+@[^@]+$'", constraint_name="is_email")
PERCENT = pg.DOMAIN("percent", sa.Integer(), check="VALUE >= 0 AND VALUE <= 100", default="0")
CODE = pg.DOMAIN("code", sa.String(8), not_null=True, schema="lists", collation="C")


class Cents(sa.types.TypeDecorator[int]):
    """A type of the application's own."""

    impl = sa.Numeric(12, 2)
    cache_ok = True


class Coloured(sa.types.TypeDecorator[Colour]):
    """A type of the application's own around an enum."""

    impl = sa.Enum(Colour, name="colour")
    cache_ok = True


class Article(Timestamped, Base):
    """Enums and domains, one of each kind."""

    __tablename__ = "article"

    id: Mapped[uuid.UUID] = mapped_column(
        primary_key=True, server_default=sa.text("gen_random_uuid()")
    )
    status: Mapped[str] = mapped_column(STATUS, server_default="new")
    size: Mapped[Size] = mapped_column(SIZE)
    colour: Mapped[Colour | None] = mapped_column(Coloured)
    level: Mapped[str] = mapped_column(LEVEL)
    checked: Mapped[str] = mapped_column(
        sa.Enum("yes", "no", name="checked", native_enum=False, create_constraint=True)
    )
    email: Mapped[str] = mapped_column(EMAIL)
    percent: Mapped[int | None] = mapped_column(PERCENT)
    code: Mapped[str] = mapped_column(CODE)
    nick: Mapped[str] = mapped_column(pg.CITEXT, unique=True)
    labels: Mapped[dict[str, str]] = mapped_column(pg.HSTORE)
    price: Mapped[int] = mapped_column(Cents)


class Archived(Base):
    """The same enums and domains again, and arrays of them."""

    __tablename__ = "archived"

    id: Mapped[int] = mapped_column(primary_key=True)
    status: Mapped[str | None] = mapped_column(STATUS)
    past: Mapped[list[str]] = mapped_column(sa.ARRAY(STATUS), server_default="{}")
    sizes: Mapped[list[Size]] = mapped_column(pg.ARRAY(SIZE, dimensions=2))
    levels: Mapped[list[str]] = mapped_column(pg.ARRAY(LEVEL))
    emails: Mapped[list[str]] = mapped_column(pg.ARRAY(EMAIL))
    nicks: Mapped[list[str]] = mapped_column(pg.ARRAY(pg.CITEXT))


class Measured(Base):
    """Numbers, times and the rest of PostgreSQL's own types."""

    __tablename__ = "measured"

    id: Mapped[int] = mapped_column(sa.SmallInteger, primary_key=True)
    amount: Mapped[decimal.Decimal] = mapped_column(sa.Numeric(20, 6))
    any_number: Mapped[decimal.Decimal] = mapped_column(sa.Numeric)
    ratio: Mapped[float] = mapped_column(sa.Double)
    single: Mapped[float] = mapped_column(pg.REAL)
    day: Mapped[datetime.date]
    at: Mapped[datetime.time] = mapped_column(pg.TIME(timezone=True, precision=3))
    moment: Mapped[datetime.datetime] = mapped_column(pg.TIMESTAMP(timezone=False, precision=0))
    took: Mapped[datetime.timedelta] = mapped_column(pg.INTERVAL(fields="DAY TO SECOND"))
    document: Mapped[Any] = mapped_column(pg.JSONB(none_as_null=True))
    plain: Mapped[Any] = mapped_column(sa.JSON)
    address: Mapped[str] = mapped_column(pg.INET)
    network: Mapped[str] = mapped_column(pg.CIDR)
    bits: Mapped[str] = mapped_column(pg.BIT(8))
    more_bits: Mapped[str] = mapped_column(pg.BIT(varying=True))
    raw: Mapped[bytes]
    words: Mapped[str] = mapped_column(pg.TSVECTOR)
    during: Mapped[Any] = mapped_column(pg.TSTZRANGE)
    numbers: Mapped[list[int]] = mapped_column(pg.ARRAY(sa.BigInteger))
    spans: Mapped[Any] = mapped_column(pg.INT4MULTIRANGE)
    letter: Mapped[str] = mapped_column(sa.CHAR(3))
    text: Mapped[str] = mapped_column(sa.Text(collation="C"))
