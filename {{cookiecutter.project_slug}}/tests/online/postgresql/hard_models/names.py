"""Names and schemas: MIXED case, reserved words, spaces, the longest possible, schemas."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from .base import Base

LONG = "a_table_whose_name_goes_on_and_on_until_postgresql_cuts_it_off_"
MIXED = sa.Enum("One", "two words", 'with "quotes"', name="Mixed Case", schema="Sales Dept")


class Order(Base):
    """A reserved word in a schema that needs quotes."""

    __tablename__ = "order"
    __table_args__ = (
        sa.CheckConstraint('"select" > 0', name="select is positive"),
        sa.Index(None, "from", "Two Words"),
        {"schema": "Sales Dept", "comment": "Orders"},
    )

    id: Mapped[int] = mapped_column("ID", primary_key=True)
    select: Mapped[int] = mapped_column("select")
    from_: Mapped[str] = mapped_column("from", index=True)
    two_words: Mapped[str] = mapped_column("Two Words", unique=True)
    percent: Mapped[int] = mapped_column("100%", server_default="5", comment="100 % of it")
    kind: Mapped[str] = mapped_column(MIXED, server_default="two words")


class Line(Base):
    """A table in ``public``, spelled out, that refers across schemas."""

    __tablename__ = "Line"
    __table_args__ = (sa.Index(None, "order_id"), {"schema": "public"})

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(sa.ForeignKey("Sales Dept.order.ID"))
    customer_id: Mapped[int] = mapped_column(sa.ForeignKey("crm.customer.id"))
    other_id: Mapped[int | None] = mapped_column(sa.ForeignKey("customer.id"))
    self_id: Mapped[int | None] = mapped_column(sa.ForeignKey("public.Line.id"))


class CrmCustomer(Base):
    """The same table name in two schemas."""

    __tablename__ = "customer"
    __table_args__ = {"schema": "crm"}

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(index=True)


class Customer(Base):
    """The other one, in the default schema, with a foreign key out of it."""

    __tablename__ = "customer"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(index=True)
    crm_id: Mapped[int] = mapped_column(sa.ForeignKey("crm.customer.id"))


class Long(Base):
    """Every name of it comes near or over the limit of 63 bytes."""

    __tablename__ = LONG

    id: Mapped[int] = mapped_column(primary_key=True)
    first_rather_long_column_name: Mapped[str] = mapped_column(index=True)
    second_rather_long_column_name: Mapped[str] = mapped_column(unique=True)
    third_rather_long_column_name: Mapped[int] = mapped_column(sa.ForeignKey(f"{LONG}.id"))

    __table_args__ = (
        sa.UniqueConstraint("first_rather_long_column_name", "third_rather_long_column_name"),
        sa.CheckConstraint("third_rather_long_column_name > 0", name="a_check_with_a_long_name"),
    )


class Umlaut(Base):
    """Names outside ASCII."""

    __tablename__ = "Größe"

    id: Mapped[int] = mapped_column(primary_key=True)
    breite: Mapped[int] = mapped_column("Breite_in_µm", index=True)
