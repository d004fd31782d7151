"""Values for a column, made from its type, as text that PostgreSQL reads.

All are made from the row's number *n*, so that rows differ and every run has the same ones.
"""

import datetime
from collections.abc import Callable

from .schema import Column

Make = Callable[[int], str | None]

_FIRST_DAY = datetime.date(2024, 1, 1)


def natural(column: Column, place: int) -> Make | None:
    """Return how values of the column's type are made; None where the type is unknown.

    *place* is the column's place in the table: values grow from column to column, so that what
    is meant to come later (``ends_at > starts_at``, ``low < high``) does.
    """
    match column.category:
        case "B":
            return lambda n: "true" if n % 2 else "false"
        case "E":
            return lambda n: column.labels[n % len(column.labels)]
        case "N":
            return lambda n: _number(column, n + place)
        case "S":
            return lambda n: _text(column, n)
        case "V":
            width = column.size or 8
            return lambda n: format(n % 2**width, f"0{width}b")
        case "D":
            return lambda n: _time(column.type, n, place)
        case "T":
            return lambda n: f"{n + place} hours"
        case "A":
            return lambda n: "{}"
        case "I":
            return lambda n: f"10.0.{n // 256}.{n % 256}"
        case "R":
            return _range(column.type)
    return _BY_TYPE.get(column.type)


# Types whose category tells nothing.
_BY_TYPE: dict[str, Make] = {
    "uuid": lambda n: f"00000000-0000-4000-8000-{n:012}",
    "json": lambda n: f"[{n}]",
    "jsonb": lambda n: f"[{n}]",
    "bytea": lambda n: f"\\x{n:08x}",
    "xml": lambda n: f"<n>{n}</n>",
    "tsvector": lambda n: f"word{n}",
    "tsquery": lambda n: f"word{n}",
    "hstore": lambda n: f"n=>{n}",
    "ltree": lambda n: f"n{n}",
    "macaddr": lambda n: f"08:00:2b:00:{n // 256:02x}:{n % 256:02x}",
    "macaddr8": lambda n: f"08:00:2b:00:00:00:{n // 256:02x}:{n % 256:02x}",
    "pg_lsn": lambda n: f"0/{n:X}",
    "point": lambda n: f"({n},{n})",
    "box": lambda n: f"({n},{n}),(0,0)",
    "lseg": lambda n: f"({n},{n}),(0,0)",
    "path": lambda n: f"[({n},{n}),(0,0)]",
    "polygon": lambda n: f"(({n},{n}),(0,0),(0,{n}))",
    "circle": lambda n: f"<(0,0),{n}>",
    "line": lambda n: f"(0,0),(1,{n})",
    "geometry": lambda n: f"POINT({n % 90} 1)",
    "geography": lambda n: f"POINT({n % 90} 1)",
}


def _number(column: Column, n: int) -> str:
    if column.type != "numeric" or column.size is None:
        return str(n)
    # As large as the digits before the point allow, else a fraction.
    return str(n) if n < 10 ** (column.size - column.scale) else f"{n / 10**column.scale}"


def _text(column: Column, n: int) -> str:
    text = f"{column.name} {n}"
    if column.size is None or len(text) <= column.size:
        return text
    return letters(n, column.size)


def letters(n: int, width: int) -> str:
    """Return the number *n* written in capital letters, *width* of them."""
    text = ""
    for _ in range(width):
        n, digit = divmod(n, 26)
        text = chr(ord("A") + digit) + text
    return text


def _time(type_: str, n: int, place: int) -> str:
    if type_.startswith("time") and not type_.startswith("timestamp"):
        return f"{(n + place) % 24:02}:{n % 60:02}"
    day = _FIRST_DAY + datetime.timedelta(days=n + place)
    return day.isoformat() if type_ == "date" else f"{day.isoformat()} 12:00+00"


def _range(type_: str) -> Make:
    def make(n: int) -> str:
        ends = (str(n), str(n + 1))
        if type_.startswith(("date", "ts")):
            ends = (_time("date", n, 0), _time("date", n + 1, 0))
        text = f"[{ends[0]},{ends[1]})"
        return "{" + text + "}" if "multi" in type_ else text

    return make
