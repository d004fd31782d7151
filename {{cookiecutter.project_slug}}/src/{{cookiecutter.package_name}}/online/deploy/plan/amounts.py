"""Bytes and seconds as whoever deploys reads them."""

from .ranges import Range

_UNITS = ("bytes", "kB", "MB", "GB", "TB")


def size(count: float) -> str:
    """Return *count* bytes in a unit that fits."""
    step = 0
    while count >= 1024 and step < len(_UNITS) - 1:
        count, step = count / 1024, step + 1
    return f"{count:.0f} {_UNITS[step]}"


def duration(seconds: float) -> str:
    """Return *seconds* with two figures at most, or in minutes or hours."""
    if seconds < 10:
        return f"{float(f'{seconds:.2g}'):g} s"
    if seconds < 120:
        return f"{seconds:.0f} s"
    if seconds < 7200:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.1f} h"


def between(range_: Range) -> str:
    """Return the range; one that is over in an instant has no lower end to speak of."""
    low, high = range_
    if high < 1:
        return f"less than {duration(high)}"
    return f"{duration(low)} to {duration(high)}"
