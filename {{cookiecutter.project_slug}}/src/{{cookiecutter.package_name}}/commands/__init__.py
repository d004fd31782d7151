"""Commands beside ``db``: a module here holds a function of its own name, which is the command."""

import importlib
import pkgutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import typer


def found() -> Iterator[Callable[..., Any]]:
    """Return the command of each module in this folder."""
    for module in pkgutil.iter_modules(__path__):
        yield getattr(importlib.import_module(f"{__name__}.{module.name}"), module.name)


@contextmanager
def told_in_one_sentence(*, traceback: bool = False) -> Iterator[None]:
    """Let an error end the command with its sentence on stderr, and its exit code.

    With *traceback* it is raised as it is.
    """
    # Imported late: it brings SQLAlchemy, which ``--help`` does without.
    from alembic.util import CommandError

    try:
        yield
    except CommandError as error:
        if traceback:
            raise
        typer.echo(f"error: {error}", err=True)
        raise typer.Exit(getattr(error, "exit_code", 1)) from None
