"""The table: medians of the runs, their ratios, and whether the bar is met."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median

from .changes import Change
from .measure import Result

HEADER = (
    "Change",
    "Against",
    "Worst, no migration",
    "Worst, other",
    "Worst, ours",
    "Ours / other",
    "Time, other",
    "Time, ours",
    "Ours / other",
    "Bar",
    "Met",
    "Runs",
)


@dataclass
class Row:
    """The runs of one change."""

    change: Change
    other: list[Result] = field(default_factory=list)
    ours: list[Result] = field(default_factory=list)

    def cells(self) -> tuple[str, ...]:
        """Return the row as text."""
        other, ours = _worst(self.other), _worst(self.ours)
        other_time, our_time = _duration(self.other), _duration(self.ours)
        return (
            self.change.name,
            self.change.against,
            milliseconds(self.without()),
            milliseconds(other),
            milliseconds(ours),
            f"1/{other / ours:.1f}",
            f"{other_time:.1f} s",
            f"{our_time:.1f} s",
            f"{our_time / other_time:.2f}",
            str(self.change.bar),
            "yes" if self.is_met() else "NO",
            str(len(self.ours)),
        )

    def without(self) -> float:
        """Return the worst without any migration, in seconds."""
        return median(result.without for result in self.ours)

    def is_met(self) -> bool:
        """Tell whether the medians meet the bar and no writer saw an error of ours."""
        bar, ours = self.change.bar, _worst(self.ours)
        calm = ours <= bar.worst * _worst(self.other) or (
            bar.worst_without is not None and ours <= bar.worst_without * self.without()
        )
        quick = bar.duration is None or _duration(self.ours) <= bar.duration * _duration(self.other)
        return calm and quick and not errors(self.ours)


@dataclass(frozen=True)
class Memory:
    """Peak memory of the migrating process, in bytes, on few rows and on many."""

    few_rows: int
    few: int
    rows: int
    many: int
    runs: int
    at_most: float = 1.1

    def cells(self) -> tuple[str, ...]:
        """Return the row as text."""
        return (
            f"memory of a backfill of {self.rows:,} rows",
            f"{self.few_rows:,} rows",
            "",
            f"{self.few / 2**20:.1f} MB",
            f"{self.many / 2**20:.1f} MB",
            f"{self.many / self.few:.2f}",
            *("", "", ""),
            f"≤ {self.at_most:g} ×",
            "yes" if self.is_met() else "NO",
            str(self.runs),
        )

    def is_met(self) -> bool:
        """Tell whether many rows take hardly more memory than few."""
        return self.many <= self.at_most * self.few


def table(rows: Sequence[Row | Memory]) -> str:
    """Return a Markdown table."""
    lines = [HEADER, *(row.cells() for row in rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    text = [" | ".join(c.ljust(w) for c, w in zip(line, widths, strict=True)) for line in lines]
    text.insert(1, " | ".join("-" * width for width in widths))
    return "\n".join(f"| {line} |" for line in text)


def errors(results: Sequence[Result]) -> Counter[str]:
    """Return the errors that writers saw in all runs, by name."""
    return sum((Counter(result.errors) for result in results), Counter())


def milliseconds(seconds: float) -> str:
    """Return *seconds* in words."""
    return f"{seconds * 1000:,.0f} ms"


def _worst(results: Sequence[Result]) -> float:
    return median(result.worst for result in results)


def _duration(results: Sequence[Result]) -> float:
    return median(result.duration for result in results)
