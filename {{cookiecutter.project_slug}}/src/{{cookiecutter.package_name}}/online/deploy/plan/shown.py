"""A plan as text: for whoever deploys, and for the error of a command that does not start."""

from collections.abc import Iterator

from .amounts import between, duration, size
from .plan import Hindrance, Plan, Planned, Step
from .seen import Holder, Replica


def lines(plan: Plan) -> Iterator[str]:
    """Yield the lines of the whole plan, its reasons at the end."""
    for revision in plan.revisions:
        yield f"{revision.revision} ({revision.phase}) {revision.title}"
        for number, step in enumerate(revision.steps, 1):
            yield f"  {number}. {step.operation}{_size(step)}"
            yield from (f"     {line}" for line in _step(step))
        if not revision.steps:
            yield "  nothing to do"
        yield from (f"  note: {note}" for note in revision.notes)
        if revision.range is not None and len(revision.steps) > 1:
            yield f"  in all: {between(revision.range)}, without waits for locks"
    yield from _around(plan)
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


def _step(step: Step) -> Iterator[str]:
    if step.lock:
        scans = f"; scans {step.scans}" if step.scans else ""
        waits = f"; waits for {step.waits_for}" if step.waits_for else ""
        yield f"lock: {step.lock}{scans}{waits}"
    if step.range is not None:
        yield f"takes: {', '.join([between(step.range), *_amounts(step)])}"
    elif step.rows is not None or step.lock is None:
        yield "takes: not known"
    yield from (f"note: {note}" for note in step.notes)
    yield from (f"would wait for {_holder(one)}" for one in step.holders)
    yield from (f"HINDERED: {one.told}" for one in step.hindrances)


def _amounts(step: Step) -> Iterator[str]:
    if step.scanned_bytes:
        yield f"reads {size(step.scanned_bytes)}"
    if step.rewritten_bytes:
        yield f"writes {size(step.rewritten_bytes)} anew"
    if step.disk_bytes:
        yield f"needs about {size(step.disk_bytes)} of disk"


def _holder(holder: Holder) -> str:
    parts = [
        f"user {holder.user}" if holder.user else "",
        f"application {holder.application}" if holder.application else "",
        holder.state or "",
        "" if holder.seconds is None else f"in a transaction for {duration(holder.seconds)}",
    ]
    said = f": {holder.statement}" if holder.statement else ""
    perhaps = "" if holder.surely else " if it has this table locked"
    return f"{holder.id} ({', '.join(part for part in parts if part)}){perhaps}{said}"


def _around(plan: Plan) -> Iterator[str]:
    around = plan.around
    if plan.disk_bytes:
        free = around.disk_free_bytes
        known = "" if free is None else f"; {size(free)} are free"
        yield f"disk: about {size(plan.disk_bytes)} in all{known}"
    yield from (f"replica {_replica(replica)}" for replica in around.replicas)
    yield from (f"note: {note}" for note in around.notes)


def _replica(replica: Replica) -> str:
    behind = []
    if replica.lag_seconds is not None:
        behind.append(duration(replica.lag_seconds))
    if replica.lag_bytes is not None:
        behind.append(size(replica.lag_bytes))
    return f"{replica.name}: {', '.join(behind) or 'it is not seen how far'} behind"


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
        parts.append(size(step.bytes))
    return f" [{step.table}: {', '.join(parts)}]" if parts else ""
