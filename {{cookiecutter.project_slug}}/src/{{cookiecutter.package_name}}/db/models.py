"""The models. Change them, then run ``make migration m="what changed"``."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from .base import Base, Timestamped


class {{ cookiecutter.first_model }}(Timestamped, Base):
    """The first model: rename, extend or replace it."""

    __tablename__ = "{{ cookiecutter.__table_name }}"
    __table_args__ = (
        sa.CheckConstraint("name <> ''", name="name_not_empty"),
        sa.Index(None, "created_at"),
    )

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(200))
