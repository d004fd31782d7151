"""The command line: ``db upgrade | plan | check | current | revision | prove``, and what is in ``commands/``.

Exit codes: 0 done or current, 1 the database lacks revisions or an error told in one sentence,
2 wrong usage, 3 ``db plan`` has found what would stop an upgrade, 75 stopped by SIGTERM or Ctrl-C
(the same command goes on).
"""

import asyncio
import json
from typing import TYPE_CHECKING, Annotated, Literal

import typer
from rich.markup import escape

from . import DESCRIPTION, commands
from .commands import told_in_one_sentence
from .online.deploy import console

# Alembic and SQLAlchemy are imported late: each command takes what it needs.
if TYPE_CHECKING:
    from alembic.script import Script

# Escaped: a description may well hold what rich takes for markup.
app = typer.Typer(help=escape(DESCRIPTION), no_args_is_help=True, pretty_exceptions_enable=False)
db = typer.Typer(help="The database: migrations and their state.", no_args_is_help=True)
app.add_typer(db, name="db")
for command in commands.found():
    app.command()(command)


@app.callback()
def main() -> None:
    """Keep ``db`` a command of its own, also while it is the only one."""


@db.command()
def upgrade(
    revision: Annotated[str, typer.Argument(help="How far: heads, or a revision.")] = "heads",
    phase: Annotated[
        Literal["expand", "contract"] | None,
        typer.Option(help="Only this deploy phase: expand or contract."),
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Contract although old code is connected.")
    ] = False,
    wait: Annotated[
        float, typer.Option(min=0, help="Seconds to wait for a database that is starting.")
    ] = 0.0,
    preflight: Annotated[
        bool, typer.Option(help="Look first whether all of it can end (as db plan does).")
    ] = True,
    traceback: Annotated[
        bool, typer.Option("--traceback", help="Show where in the code an error came up.")
    ] = False,
) -> None:
    """Apply the pending revisions."""
    console.show_progress()
    if force and phase != "contract":
        raise typer.BadParameter("--force belongs to --phase contract")
    with console.quick(), told_in_one_sentence(traceback=traceback):
        from .online.deploy import upgrade as door
        from .online.session import stop

        with stop.on_signals():
            applied = asyncio.run(
                door.upgrade(revision, phase=phase, force=force, wait=wait, preflight=preflight)
            )
    for script in applied:
        typer.echo(f"applied {_line(script)}")
    typer.echo(f"{_count(applied)} applied" if applied else "nothing to apply")


@db.command()
def plan(
    revision: Annotated[str, typer.Argument(help="How far: heads, or a revision.")] = "heads",
    phase: Annotated[
        Literal["expand", "contract"] | None,
        typer.Option(help="Only this deploy phase: expand or contract."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Write JSON.")] = False,
    seconds: Annotated[
        float | None,
        typer.Option(min=0.001, help="How long to look at the rows of a table, for each rule."),
    ] = None,
) -> None:
    """Tell what an upgrade would do, and exit with 3 where it would not end; nothing is changed."""
    with told_in_one_sentence():
        from .online.deploy.plan import asked, shown

        found = asyncio.run(asked.plan(revision, phase=phase, seconds=seconds))
    if as_json:
        typer.echo(json.dumps(found.as_json(), indent=2))
    else:
        for line in shown.lines(found):
            typer.echo(line)
        if not found.all_hindrances:
            typer.echo("nothing in the way" if found.revisions else "nothing to apply")
    if found.all_hindrances:
        raise typer.Exit(3)


@db.command()
def check() -> None:
    """Exit with 1 where revisions are pending, unknown here, or edited since; say which."""
    with console.quick(), told_in_one_sentence():
        from .online.deploy import upgrade as door

        state = asyncio.run(door.state(closely=True))
    for script in state.missing:
        typer.echo(f"pending {_line(script)}")
    if state.note:
        typer.echo(f"note: {state.note}", err=True)
    for told in filter(None, (state.strangers, state.edited)):
        typer.echo(f"error: {told}", err=True)
    if state.missing or state.strangers or state.edited:
        raise typer.Exit(1)
    typer.echo("the database is current")


@db.command()
def current() -> None:
    """Show the database's revisions."""
    with console.quick(), told_in_one_sentence():
        from .online.deploy import upgrade as door

        heads = asyncio.run(door.current())
    for head in heads:
        typer.echo(head)
    if not heads:
        typer.echo("no revision has been applied", err=True)


@db.command()
def revision(
    message: Annotated[str, typer.Option("-m", "--message", help="What changes.")] = "change",
    first: Annotated[bool, typer.Option("--first", help="The first one, no database.")] = False,
    one_way: Annotated[bool, typer.Option("--one-way", help="Without a downgrade.")] = False,
) -> None:
    """Write a revision from the difference between the models and the migrations."""
    with console.quick(), told_in_one_sentence():
        from .online.deploy import alone
        from .online.session.scripts import scripts
        from .online.write import revise

        alone.write_alone(scripts())
        if first:
            revise.write_first()
        else:
            revise.write_revision(message, one_way=one_way)


@db.command()
def prove(
    first: Annotated[
        str | None, typer.Argument(help="The first to be proved; all when it is left out.")
    ] = None,
) -> None:
    """Run revisions up, down and up again on a scratch database, and compare the end with the models."""
    from .db.models import Base
    from .online.write import prove as proof

    with told_in_one_sentence():
        proved = asyncio.run(proof.prove(Base.metadata, first))
    for script, goes_back in proved:
        way = "up, down and up again" if goes_back else "up; it has no way back"
        typer.echo(f"proved {_line(script)} ({way})")
    typer.echo("the end is what the models say")


def _line(script: "Script") -> str:
    from .online.phase import phase_of_revision

    return f"{script.revision} ({phase_of_revision(script)}) {script.doc}"


def _count(scripts: "list[Script]") -> str:
    return f"{len(scripts)} revision{'' if len(scripts) == 1 else 's'}"
