"""Catches models that reflect as something else, or whose first migration lacks something."""

import pytest
from alembic import command

from {{ cookiecutter.package_name }}.db import ownership

from ..support import Database, Sandbox, upgrades
from .hard_models import models_of

# For each file: the extensions that the owner has to name.
SETS: dict[str, tuple[str, ...]] = {
    "types": (),
    "keys": ("btree_gist",),
    "indexes": ("pg_trgm",),
    "defaults": (),
    "names": (),
}


@pytest.mark.parametrize("name", SETS)
async def test_first_revision(
    name: str, sandbox: Sandbox, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ownership, "EXTENSIONS", SETS[name])
    models = models_of(name)
    nothing = await database.schema()
    first = sandbox.revise_first(models)
    sandbox.upgrade()
    command.check(sandbox.config(models))
    assert sandbox.revise(models) == []
    made = await database.schema()
    sandbox.downgrade("base")
    assert await database.schema() == nothing
    sandbox.upgrade()
    assert await database.schema() == made
    assert set(upgrades([first])) >= {"create_table"}


@pytest.mark.parametrize("name", SETS)
def test_the_same_by_autogenerate(
    name: str, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ownership, "EXTENSIONS", SETS[name])
    first = sandbox.revise_first(models_of(name))
    written = upgrades([first])
    sandbox.files()[0].unlink()
    assert upgrades(sandbox.revise(models_of(name))) == written
