"""How each operation is made safe under live traffic: one small function per operation.

A function returns what stands in place of the operation, each part in its deploy phase. It works
on copies: the models' own columns are the application's. Importing this package brings the
functions of the service's database along.
"""

from ...database import rewriter
from . import columns, drops, look_alikes, nullability
from .writer import writer

__all__ = ["columns", "drops", "look_alikes", "nullability", "rewriter", "writer"]
