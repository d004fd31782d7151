"""Values that a CHECK suggests by its own text: its literals, its numbers, familiar shapes."""

import re
from collections.abc import Iterator

from .schema import Column
from .values import Make, letters


def from_check(column: Column, text: str) -> Iterator[Make]:
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
        lambda n: letters(n, width),
        lambda n: letters(n, width).lower(),
        lambda n: str(n).zfill(width),
    )
