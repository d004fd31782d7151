"""Two dumps of a schema, held together."""

from __future__ import annotations

import re
from collections import Counter

# A label that was added stays on the way back, as documented.
LABELS = re.compile(r"CREATE TYPE \S+ AS ENUM")
# The way back is written from PostgreSQL's own text, which a second reading casts elsewhere.
_CASTS = re.compile(r"::(?:character varying|text)(?:\[\])?|[()]")


def compare(wanted: list[str], found: list[str], aside: re.Pattern[str] | None = None) -> str:
    """Return the lines that are in one only, or more often in one; not those like *aside*."""
    missing = Counter(wanted) - Counter(found)
    extra = Counter(found) - Counter(wanted)
    lines = [*(f"  - {one}" for one in missing), *(f"  + {one}" for one in extra)]
    return "\n".join(line for line in lines if not (aside and aside.match(line[4:])))


def compare_start(start: list[str], back: list[str]) -> str:
    """Return what differs after the way back, but for what may."""
    return compare(_without_casts(start), _without_casts(back), LABELS)


def _without_casts(lines: list[str]) -> list[str]:
    return [_CASTS.sub("", line) for line in lines]
