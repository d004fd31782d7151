"""A declarative base like the service's, without the service's models."""

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase

from {{ cookiecutter.package_name }}.db.base import NAMING_CONVENTION, Timestamped

__all__ = ["Base", "Timestamped"]


class Base(DeclarativeBase):
    """The base class of one file's models."""

    metadata = sa.MetaData(naming_convention=NAMING_CONVENTION)
