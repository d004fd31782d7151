"""Keys and constraints: cycles, self-reference, identity, serial, sequences, exclusion."""

import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg
from sqlalchemy.orm import Mapped, mapped_column

from .base import Base

INVOICE_NUMBER = sa.Sequence("invoice_number", start=1000, increment=10, metadata=Base.metadata)
TICKET = sa.Sequence("ticket", schema="counters", metadata=Base.metadata, minvalue=5, maxvalue=900)


class Author(Base):
    """One end of a cycle that says use_alter."""

    __tablename__ = "author"

    id: Mapped[int] = mapped_column(
        sa.Identity(always=True, start=5, increment=2), primary_key=True
    )
    best_book_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("book.id", use_alter=True, ondelete="SET NULL")
    )


class Book(Base):
    """The other end, a self-reference, and a composite unique key that others refer to."""

    __tablename__ = "book"
    __table_args__ = (
        sa.UniqueConstraint("id", "author_id", postgresql_include=["title"]),
        sa.UniqueConstraint("position", deferrable=True, initially="DEFERRED"),
        sa.UniqueConstraint("isbn", postgresql_nulls_not_distinct=True),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    author_id: Mapped[int] = mapped_column(
        sa.ForeignKey("author.id", deferrable=True, initially="DEFERRED", onupdate="CASCADE")
    )
    sequel_of: Mapped[int | None] = mapped_column(sa.ForeignKey("book.id"))
    position: Mapped[int]
    isbn: Mapped[str | None]
    title: Mapped[str]


class Hen(Base):
    """A cycle of which nobody has said where to cut it."""

    __tablename__ = "hen"

    id: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True)
    egg_id: Mapped[int] = mapped_column(sa.ForeignKey("egg.id"))


class Egg(Base):
    """The other half of it."""

    __tablename__ = "egg"

    id: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True)
    hen_id: Mapped[int] = mapped_column(sa.ForeignKey("hen.id", match="FULL"))


class Chapter(Base):
    """A composite primary key and a composite foreign key."""

    __tablename__ = "chapter"
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["book_id", "author_id"], ["book.id", "book.author_id"], ondelete="CASCADE"
        ),
        {"comment": "A table's comment; it's got an apostrophe, a % and a \\ in it"},
    )

    book_id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    author_id: Mapped[int] = mapped_column(comment="A column's\ncomment, in two lines")


class Numbered(Base):
    """Where numbers come from."""

    __tablename__ = "numbered"

    id: Mapped[int] = mapped_column(
        sa.BigInteger,
        sa.Identity(start=100, increment=5, minvalue=100, maxvalue=10**12, cycle=True, cache=20),
        primary_key=True,
    )
    number: Mapped[int] = mapped_column(INVOICE_NUMBER, server_default=INVOICE_NUMBER.next_value())
    ticket: Mapped[int] = mapped_column(TICKET, server_default=TICKET.next_value())
    width: Mapped[int]
    area: Mapped[int] = mapped_column(sa.Computed("width * width + 1", persisted=True))
    again: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(always=True))


class Booking(Base):
    """No two bookings of a room at the same time."""

    __tablename__ = "booking"

    room: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    during: Mapped[Any] = mapped_column(pg.TSTZRANGE, primary_key=True)
    cancelled: Mapped[bool]
    until: Mapped[datetime.datetime | None] = mapped_column(sa.DateTime(timezone=True))

    __table_args__ = (
        pg.ExcludeConstraint(
            ("room", "="),
            ("during", "&&"),
            using="gist",
            where=sa.text("NOT cancelled"),
            name="one_at_a_time",
        ),
        sa.CheckConstraint("room > 0 AND upper(during) IS NOT NULL", name="open_end"),
        sa.CheckConstraint("room % 2 = 0 OR room::text LIKE '1%'", name="percent"),
    )


Numbered.__table__.append_constraint(sa.CheckConstraint(Numbered.width > 0, name="positive"))
