"""The models, one a file. Change them, then run ``make migration m="what changed"``."""

from ..base import Base
from .customer import Customer
from .invoice import Invoice

__all__ = ["Base", "Customer", "Invoice"]
