"""A plan as text: for whoever deploys, and for the error of a command that does not start."""

from collections.abc import Iterator

from .plan import Hindrance, Plan, Planned, Step

_UNITS = ("bytes", "kB", "MB", "GB", "TB")


def lines(plan: Plan) -> Iterator[str]:
    """Yield the lines of the whole plan, its reasons at the end."""
    for revision in plan.revisions:
        yield f"{revision.revision} ({revision.phase}) {revision.title}"
        for number, step in enumerate(revision.steps, 1):
            yield f"  {number}. {step.operation}{_size(step)}"
            if step.lock:
                scans = f"; scans {step.scans}" if step.scans else ""
                yield f"     lock: {step.lock}{scans}"
            yield from (f"     note: {note}" for note in step.notes)
            yield from (f"     HINDERED: {one.told}" for one in step.hindrances)
        if not revision.steps:
            yield "  nothing to do"
        yield from (f"  note: {note}" for note in revision.notes)
    yield from reasons(plan)


def reasons(plan: Plan) -> Iterator[str]:
    """Yield every reason, numbered, with its place and how to find the rows."""
    found = plan.all_hindrances
    if not found:
        return
    yield f"{len(found)} reason{'' if len(found) == 1 else 's'} why this would not end:"
    for number, (revision, step, hindrance) in enumerate(found, 1):
        yield f"  {number}. {_place(revision, step)}{hindrance.told}"
        yield from (f"     {line}" for line in _search(hindrance))


def _place(revision: Planned | None, step: Step | None) -> str:
    if revision is None:
        return ""
    line = f":{step.line}" if step and step.line else ""
    return f"{revision.path}{line}: "


def _search(hindrance: Hindrance) -> Iterator[str]:
    if hindrance.query is not None:
        yield f"find them: {hindrance.query}"
    if hindrance.examples:
        yield f"such as: {'; '.join(hindrance.examples)}"


def _size(step: Step) -> str:
    parts = []
    if step.rows is not None:
        parts.append(f"about {step.rows:,} row{'' if step.rows == 1 else 's'}")
    if step.bytes is not None:
        parts.append(_bytes(step.bytes))
    return f" [{step.table}: {', '.join(parts)}]" if parts else ""


def _bytes(count: float) -> str:
    step = 0
    while count >= 1024 and step < len(_UNITS) - 1:
        count, step = count / 1024, step + 1
    return f"{count:.0f} {_UNITS[step]}"
