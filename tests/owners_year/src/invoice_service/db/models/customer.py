"""Who gets the invoices."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from ..base import Base, Timestamped


class Customer(Timestamped, Base):
    """A person or a company."""

    __tablename__ = "customer"

    id: Mapped[int] = mapped_column(sa.Integer, primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(100))
