"""How each operation is made safe under live traffic: one small function per operation.

A function returns what stands in place of the operation, each part in its deploy phase. It
works on copies: the models' own columns are the application's. The files are the catalogue's
chapters; ``docs/catalogue.md`` of the template shows what comes out of each.
"""

from . import columns, constraints, drops, indexes, keys, nullability, types
from .base import writer

__all__ = ["columns", "constraints", "drops", "indexes", "keys", "nullability", "types", "writer"]
