"""Catches a plan whose text hides what the plan knows: sizes, locks, notes, reasons and their places."""

from collections.abc import Iterable

from {{ cookiecutter.package_name }}.online.deploy.plan.plan import (
    Hindrance,
    Plan,
    Planned,
    Step,
)
from {{ cookiecutter.package_name }}.online.deploy.plan.shown import lines
from {{ cookiecutter.package_name }}.online.phase import EXPAND


def shown(*steps: Step, notes: Iterable[str] = ()) -> list[str]:
    """Return the text of a plan of one revision with *steps*."""
    revision = Planned("ab12", EXPAND, "more", "versions/more.py", list(steps))
    revision.notes += notes
    # How long each takes is for ``test_estimates.py``.
    text = list(lines(Plan(["ab12"], [revision])))
    return [line for line in text if line != "     takes: not known"]


def test_a_revision_without_steps_says_so() -> None:
    assert shown() == ["ab12 (expand) more", "  nothing to do"]


def test_a_size_in_the_unit_that_reads_best() -> None:
    sized = [
        Step("op.a()", None, table="book", rows=1, bytes=1023),
        Step("op.b()", None, table="book", rows=12_000, bytes=3 * 1024**3),
        Step("op.c()", None, table="book", rows=2, bytes=5000 * 1024**4),
        Step("op.d()", None, table="book", rows=2),
        Step("op.e()", None, table="book", bytes=2048),
    ]
    assert shown(*sized)[1:] == [
        "  1. op.a() [book: about 1 row, 1023 bytes]",
        "  2. op.b() [book: about 12,000 rows, 3 GB]",
        "  3. op.c() [book: about 2 rows, 5000 TB]",
        "  4. op.d() [book: about 2 rows]",
        "  5. op.e() [book: 2 kB]",
    ]


def test_locks_notes_and_reasons_with_their_places() -> None:
    locked = Step("op.a()", 7, lock="SHARE", scans="the table", notes=["waits"])
    alike = Hindrance("two rows are alike", query="SELECT 1", examples=("id 1", "id 2"))
    hindered = Step("op.b()", None, lock="EXCLUSIVE", hindrances=[alike])
    placed = Step("op.c()", 9, hindrances=[Hindrance("no table")])
    assert shown(locked, hindered, placed, notes=["merged"])[1:] == [
        "  1. op.a()",
        "     lock: SHARE; scans the table",
        "     note: waits",
        "  2. op.b()",
        "     lock: EXCLUSIVE",
        "     HINDERED: two rows are alike",
        "  3. op.c()",
        "     HINDERED: no table",
        "  note: merged",
        "2 reasons why this would not end:",
        "  1. versions/more.py: two rows are alike",
        "     find them: SELECT 1",
        "     such as: id 1; id 2",
        "  2. versions/more.py:9: no table",
    ]


def test_a_reason_of_the_whole_plan_has_no_place() -> None:
    plan = Plan(["ab12"], hindrances=[Hindrance("two heads")])
    assert list(lines(plan)) == ["1 reason why this would not end:", "  1. two heads"]
