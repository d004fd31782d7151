"""Which of Alembic's commands is running, and what its caller asked for.

``config.cmd_opts`` is None in code and differs between commands, so the answer comes from what
every way in has: the function that the command handed to its EnvironmentContext, ``-x``
arguments, and ``config.attributes``.
"""

from collections.abc import Callable, Iterable
from typing import Any

import alembic.context
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext

from ..internals import function_of_command

# Alembic's ``fn``: what a command hands to its EnvironmentContext. Called with the database's heads,
# it returns the steps from there: revisions up or down, or stamps.
CommandFunction = Callable[[Any, MigrationContext], Iterable[Any]]

# Where a command leaves the steps that it has done, for its caller in code.
DONE = "done"


def function() -> CommandFunction:
    """Return the function that the running command handed to its EnvironmentContext."""
    found: CommandFunction = function_of_command()
    return found


def name_of(function: Any) -> str:
    """Return the command ("revision", "check", "upgrade", …) that made *function*."""
    return getattr(function, "__qualname__", "").partition(".")[0]


def is_plain() -> bool:
    """Tell whether ``-x plain`` asks for Alembic's own output, before ``env.py`` has configured."""
    return is_asked("plain")


def is_asked(name: str) -> bool:
    """Tell whether ``-x name`` or ``config.attributes`` asks for it, before ``env.py`` configures."""
    typed = alembic.context.get_x_argument(as_dictionary=True)
    return name in typed or bool(alembic.context.config.attributes.get(name.replace("-", "_")))


def option(context: MigrationContext, name: str) -> str | None:
    """Return what ``-x name[=text]`` or ``config.attributes[name]`` says; None where neither does.

    In code a name may be written with underscores; True stands for a bare ``-x name``.
    """
    environment: EnvironmentContext | None = context.environment_context
    if environment is None:
        return None
    given = environment.get_x_argument(as_dictionary=True)
    if name in given:
        return str(given[name])
    value = environment.config.attributes.get(name.replace("-", "_"))
    return None if value in (None, False) else "" if value is True else str(value)
