"""What SQLite does with a column's type: its affinity, and nothing else of the type counts.

Lengths and names beyond that change nothing: SQLite stores by value (docs, "Datatypes In
SQLite").
"""

import re

# In this order (docs, "Determination Of Column Affinity"). INTEGER and NUMERIC store alike.
_AFFINITIES = (("INT", "NUMERIC"), ("CHAR|CLOB|TEXT", "TEXT"), ("BLOB", "BLOB"), ("REAL|FLOA|DOUB", "REAL"))  # fmt: skip


def affinity(declared: str) -> str:
    """Return the affinity of a column whose type is *declared* with these words."""
    for pattern, found in _AFFINITIES:
        if re.search(pattern, declared.upper()):
            return found
    return "NUMERIC" if declared else "BLOB"
