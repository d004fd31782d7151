"""Catches an import that goes up, past the declared door, or out of the machinery.

Rooms stand on floors: ``session`` below ``operations`` below ``write`` and ``deploy``. A room knows
nothing of one above it, or beside it; nothing but ``service.py`` knows the service; what is shared
knows the folder of the database through ``database.py`` alone.
"""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from {{ cookiecutter.package_name }} import DATABASE, online
from {{ cookiecutter.package_name }}.online.database import PLACES

ENGINE = Path(online.__file__).parent
# Files beside the rooms, and rooms, from the ground up; what stands on one floor is apart.
FLOORS = (
    {"internals", "interface", "service", "database"},
    {"session", "servers"},
    {"phase"},
    {"operations"},
    {"write", "deploy"},
)
# These name what lies behind them.
DOORS = {Path("__init__.py"), Path(DATABASE, "__init__.py"), Path("database.py")}
FOLDERS = {path.name for path in ENGINE.iterdir() if path.is_dir()}
DATABASES = FOLDERS - set().union(*FLOORS) - {"__pycache__"}
MODULES = sorted(
    path
    for path in (path.relative_to(ENGINE) for path in ENGINE.rglob("*.py"))
    if path.parts[0] not in DATABASES - {DATABASE}
)


class Import(NamedTuple):
    """What a module imports: its path in the machinery, None outside of it; by name or not."""

    target: tuple[str, ...] | None
    by_name: bool = False


def imports_of(module: Path) -> Iterator[Import]:
    """Yield what *module* imports of this service's own code."""
    package = module.parent.parts
    for node in ast.walk(ast.parse((ENGINE / module).read_text(encoding="utf-8"))):
        if not isinstance(node, ast.ImportFrom):
            continue
        named = tuple((node.module or "").split(".")) if node.module else ()
        up = node.level - 1
        if not node.level and named[0] != online.__name__.partition(".")[0]:
            continue
        if not node.level or up > len(package):
            yield Import(None)
            continue
        path = package[: len(package) - up] + named
        for alias in node.names:
            place = next((place for place, names in PLACES.items() if alias.name in names), None)
            if path == ("database",) and place:
                yield Import((DATABASE, *place.split("."), alias.name), by_name=True)
            else:
                yield Import((*path, alias.name) if _is_module(*path, alias.name) else path)


def _is_module(*path: str) -> bool:
    place = ENGINE.joinpath(*path)
    return place.is_dir() or place.with_suffix(".py").is_file()


def floor_of(path: tuple[str, ...]) -> tuple[int, str]:
    """Return the number of the floor on which *path* lies, and its room there."""
    inside = path[1:] if path[0] in DATABASES else path
    room = inside[0].removesuffix(".py")
    return next(number for number, rooms in enumerate(FLOORS) if room in rooms), room


@pytest.mark.parametrize("module", [m for m in MODULES if m not in DOORS], ids=str)
def test_imports_go_down(module: Path) -> None:
    floor, room = floor_of(module.parts)
    for target, _ in imports_of(module):
        if not target or module.name == "service.py":
            continue
        other, neighbour = floor_of(target)
        assert other <= floor, f"{module} imports {'.'.join(target)}, which is above it"
        beside = other == floor > 1 and neighbour != room
        assert not beside, f"{module} imports {'.'.join(target)}, which is beside it"


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_one_file_knows_the_service(module: Path) -> None:
    outside = [found for found in imports_of(module) if found.target is None]
    assert bool(outside) == (module.as_posix() == "service.py"), f"{module} imports from outside"


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_what_is_shared_knows_no_one_database(module: Path) -> None:
    own = module.parts[0]
    direct = [
        ".".join(target)
        for target, by_name in imports_of(module)
        if target and target[0] in DATABASES and target[0] != own and not by_name
    ]
    assert direct == [], f"{module} imports past database.py"
