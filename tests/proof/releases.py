"""Two releases of the same models: between them, much of what the catalogue of operations holds."""

_HEAD = """
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from .base import Base, Timestamped

"""

FIRST = (
    _HEAD
    + """
class Customer(Base):
    __tablename__ = "customer"
    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(50))
    fax: Mapped[str] = mapped_column(sa.String(30))
    mail: Mapped[str | None] = mapped_column(sa.Text)


class Invoice(Timestamped, Base):
    __tablename__ = "invoice"
    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    customer_id: Mapped[int] = mapped_column(sa.BigInteger)
    name: Mapped[str] = mapped_column(sa.String(50))
    note: Mapped[str | None] = mapped_column(sa.Text, index=True)
    amount: Mapped[int]
"""
)

SECOND = (
    _HEAD
    + """
class Customer(Base):
    __tablename__ = "customer"
    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(80))
    mail: Mapped[str] = mapped_column(sa.Text, unique=True, info={"backfill": "'m' || id"})
    key: Mapped[UUID] = mapped_column(server_default=sa.text("gen_random_uuid()"))


class Invoice(Timestamped, Base):
    __tablename__ = "invoice"
    __table_args__ = (sa.CheckConstraint("amount < 5000", name="amount_is_small"),)
    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    customer_id: Mapped[int] = mapped_column(sa.ForeignKey("customer.id"), index=True)
    name: Mapped[str] = mapped_column(sa.String(50))
    note: Mapped[str | None] = mapped_column(sa.Text)
    amount: Mapped[int]
    number: Mapped[str] = mapped_column(sa.String(20), info={"backfill": "'N' || id"})
    currency: Mapped[str] = mapped_column(sa.String(3), info={"backfill": "'EUR'"})
    state: Mapped[str] = mapped_column(sa.Text, server_default="open")
    paid_at: Mapped[datetime | None]


class Line(Base):
    __tablename__ = "line"
    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    invoice_id: Mapped[int] = mapped_column(sa.ForeignKey("invoice.id"), index=True)
"""
)
