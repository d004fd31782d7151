"""Values for a column, as text that PostgreSQL reads: from the type, and from what a CHECK says.

All are made from the row's number *n*, so that rows differ and every run has the same ones.
"""

import datetime
import re
from collections.abc import Callable, Iterator, Sequence

from .catalogue import Column

Make = Callable[[int], str | None]

_FIRST_DAY = datetime.date(2024, 1, 1)


def candidates(column: Column, place: int, checks: Sequence[str]) -> list[Make]:
    """Return ways to make a value, the most natural first; *checks* are texts that limit it.

    *place* is the column's place in the table: values grow from column to column, so that what
    is meant to come later (``ends_at > starts_at``, ``low < high``) does.
    """
    found = [make] if (make := natural(column, place)) else []
    for text in checks:
        found += _from_check(column, text)
    if column.nullable or not found:
        found.append(lambda n: None)
    return found


def natural(column: Column, place: int) -> Make | None:
    """Return how values of the column's type are made; None where the type is unknown."""
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
    return _letters(n, column.size)


def _letters(n: int, width: int) -> str:
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


def _from_check(column: Column, text: str) -> Iterator[Make]:
    """Yield values that the CHECK's own *text* suggests: its literals, its numbers, its shapes."""
    if column.category not in "NB":
        for literal in re.findall(r"'((?:[^']|'')*)'", text):
            yield _always(literal.replace("''", "'"))
    for number in sorted({float(number) for number in re.findall(r"\d+(?:\.\d+)?", text)}):
        if column.category == "N":
            yield from (_counting(number, 1), _counting(number, -1), _always(f"{number:g}"))
        if column.category == "S" and 0 < number < 100:
            yield from _of_width(int(number))
    if column.category == "S":
        yield from _SHAPES
        yield lambda n: f"{column.name}-{n}".lower().replace("_", "-")
    if column.category == "A":
        yield lambda n: "{" + str(n) + "}"


_SHAPES: tuple[Make, ...] = (
    lambda n: f"user{n}@example.com",
    lambda n: f"https://example.com/{n}",
    lambda n: str(n),
    lambda n: f"+4930{n:07}",
)


def _always(text: str) -> Make:
    return lambda n: text


def _counting(start: float, step: int) -> Make:
    return lambda n: f"{start + step * n:g}"


def _of_width(width: int) -> tuple[Make, ...]:
    return (
        lambda n: _letters(n, width),
        lambda n: _letters(n, width).lower(),
        lambda n: str(n).zfill(width),
    )
