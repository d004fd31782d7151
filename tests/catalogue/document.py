"""``docs/catalogue.md``, written from what the rows did when they ran."""

import difflib
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from .cases import CASES, UNSEEN, Case
from .worker import Found, Worker

PATH = Path(__file__).parents[2] / "docs" / "catalogue.md"
COMMAND = "python tests/write_catalogue.py"
OLDER = "## PostgreSQL 15"
RUFF = [str(Path(sys.executable).parent / "ruff"), "format", "--isolated", "--line-length=70", "-"]
# What holds a lock because an earlier statement of its transaction took it says nothing.
NOTES = tuple(f"{verb} alembic_version" for verb in ("UPDATE", "DELETE FROM", "INSERT INTO"))
SILENT = (*NOTES, "SELECT", "SET ", "COMMIT")
PHASES = {
    "expand": "Expand, before the new code is rolled out",
    "contract": "Contract, when the last old code is gone",
}
HEAD = f"""# The catalogue: what autogenerate writes

<!-- Written by `{COMMAND}` from a run of every row; do not edit. -->

Each row shows a change of the models, the revision that `alembic revision --autogenerate` writes
for it, and the locks that its statements take on tables that were there before, as a session
inside PostgreSQL 18 saw them while they ran (readers' ACCESS SHARE left out; a statement with
CONCURRENTLY is seen in its last transaction). Every row is run by
`tests/test_catalogue.py` on a table with rows, beside replicas of the old and of the new release
that insert, update and read: through expand, roll-out, contract, and back. None of them may see an
error.

How long a lock is held matters as much as which one. Those that keep writers out (SHARE and
stronger; ACCESS EXCLUSIVE keeps readers out as well) are taken here only by statements that change
the catalogue and return; whoever waits for one gives up after 200 ms and tries again, so nobody
queues behind it for longer. The [decisions](decisions/) say why the operations are as they are,
[backfills.md](backfills.md) how rows are filled, [branches.md](branches.md) how branches meet.
"""


def document(worker: Worker, older: Worker | None, written: str) -> str:
    """Return the document; without an *older* server its chapter is taken from what is *written*."""
    rows = [(case, worker.ask("run", case.name)) for case in CASES]
    chapters = [HEAD, _contents(rows)]
    chapters += [_row(case, found) for case, found in rows if not case.refused]
    chapters.append("## Refused\n\nNo file is written; the message says why, and what to do.\n")
    chapters += [_refusal(case, found) for case, found in rows if case.refused]
    chapters.append(_unseen())
    if older is not None:
        chapters.append(_older(rows, older))
    else:
        chapters.append(OLDER + written.partition(OLDER)[2])
    return "\n".join(chapters).rstrip() + "\n"


def _contents(rows: list[tuple[Case, Found]]) -> str:
    lines = ["| Change | Expand | Contract |", "|---|---|---|"]
    for case, found in rows:
        cells = ["refused", ""]
        if not case.refused:
            cells = [_operations(found["revisions"].get(phase, "")) for phase in PHASES]
        lines.append(f"| [{case.name}](#{_anchor(case.name)}) | {cells[0]} | {cells[1]} |")
    return "\n".join(lines) + "\n"


def _row(case: Case, found: Found) -> str:
    parts = [f"## {_titled(case.name)}", case.reason, _change(case)]
    if case.allow:
        parts.append(f"Written with `-x allow={case.allow}`.")
    if case.author_writes:
        parts.append(
            f"The author writes `value={case.author_writes!r}`; until then, on a table with rows:"
        )
        parts.append(_block("text", re.sub(r"\S+/\S+\.py:(\d+)", r"….py:\1", found["unset"])))
    for phase, text in found["revisions"].items():
        parts.append(f"**{PHASES[phase]}**")
        parts.append(_block("python", _body(text)))
        parts += _locks(found["locks"][phase])
    if case.prepares_anew:
        parts.append(
            "A connection that has prepared a SELECT of the column sees one error (*cached statement "
            "plan is invalid*), after which SQLAlchemy prepares it anew: the only row in which "
            "running code notices anything."
        )
    if case.one_way:
        parts.append(f"The downgrade makes the schema, not what was in it: {case.one_way}.")
    return "\n\n".join(parts) + "\n"


def _refusal(case: Case, found: Found) -> str:
    message = found["refusal"].partition("\n\n")[2]
    parts = [f"### {_titled(case.name)}", case.reason, _change(case), _block("text", message)]
    return "\n\n".join(parts) + "\n"


def _unseen() -> str:
    lines = [
        "## What autogenerate does not see",
        "",
        "Neither does `alembic check`. A test runs each of these and fails once it is seen.",
        "",
        "| Change | Instead |",
        "|---|---|",
        *(f"| {_titled(case.name)} | {case.instead} |" for case in UNSEEN),
    ]
    return "\n".join(lines) + "\n"


def _older(rows: list[tuple[Case, Found]], older: Worker) -> str:
    """Return the chapter on locks that differ on the older server."""
    parts = [OLDER, "Measured in the same way on PostgreSQL 15."]
    differing: list[str] = []
    for case, found in rows:
        if case.refused or case.since > 15:
            continue
        for phase, taken in older.ask("measure", case.name)["locks"].items():
            if _locks(taken) != _locks(found["locks"][phase]):
                differing += [f"**{_titled(case.name)}**, {phase}:", *_locks(taken)]
    if differing:
        parts += ["Every row takes the same locks, but for these:", *differing]
    else:
        parts.append("Every row takes the same locks.")
    return "\n\n".join(parts) + "\n"


def _locks(taken: list[tuple[str, dict[str, str]]]) -> list[str]:
    lines: list[str] = []
    for statement, locks in taken:
        if statement.startswith(SILENT):
            continue
        held = ", ".join(f"{lock} on {table}" for table, lock in sorted(locks.items()))
        line = f"| `{statement.replace('|', chr(92) + '|')}` | {held} |"
        if line not in lines:
            lines.append(line)
    if not lines:
        return ["It locks no table that was there before."]
    return ["\n".join(["| Statement | Locks |", "|---|---|", *lines])]


def _change(case: Case) -> str:
    before, after = (_formatted(source) for source in (case.before, case.after))
    lines = list(difflib.unified_diff(before, after, lineterm="", n=10))[3:]
    return _block("diff", "\n".join(lines))


def _formatted(source: str) -> list[str]:
    done = subprocess.run(RUFF, input=source, check=True, capture_output=True, text=True)
    return done.stdout.splitlines()


def _body(revision: str) -> str:
    """Return the statements of ``upgrade()``, without revision ids."""
    body = revision.partition('"""Apply the change."""\n')[2].partition("\n\n\ndef downgrade")[0]
    lines = [line.removeprefix("    ") for line in body.splitlines()]
    return re.sub(r'value_of="\w{12}"', 'value_of="<the expand>"', "\n".join(lines))


def _operations(revision: str) -> str:
    names = re.findall(r"\bop\.(?!f\()(\w+)\(", _body(revision))
    return "<br>".join(f"`{name}`" for name in dict.fromkeys(names)) or "–"


def _block(language: str, text: str) -> str:
    return f"```{language}\n{text.strip(chr(10))}\n```"


def _titled(name: str) -> str:
    return name[:1].upper() + name[1:]


def _anchor(name: str) -> str:
    return "".join(_anchored(name.lower()))


def _anchored(name: str) -> Iterator[str]:
    for letter in name:
        if letter.isalnum() or letter in "-_":
            yield letter
        elif letter == " ":
            yield "-"
