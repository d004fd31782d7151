"""Catches a phase that applies too much, and a contract that runs beside code of an earlier release."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import create_async_engine

from {{ cookiecutter.package_name }}.online.database import driver
from {{ cookiecutter.package_name }}.online.deploy import upgrade
from {{ cookiecutter.package_name }}.online.session.errors import (
    DatabaseError,
    OldCodeConnected,
)
from {{ cookiecutter.package_name }}.online.session.identity import named
from {{ cookiecutter.package_name }}.online.session.url import database_url, load_settings

from .support import DATABASE, Sandbox, book

BACKFILL = {"backfill": DATABASE.PER_ROW}


def title() -> sa.Column[str]:
    """Return a column that takes two steps."""
    return sa.Column("title", sa.String(100), nullable=False, info=BACKFILL)


@pytest.fixture
def release(door: Sandbox) -> list[str]:
    """Write a base, an expand and its contract; return their identifiers."""
    scripts = [*door.revise(book(), "base"), *door.revise(book(title()), "add title")]
    return [script.revision for script in scripts]


async def applied(revision: str = "heads", **asked: object) -> list[str]:
    """Return what the door applied."""
    scripts = await upgrade.upgrade(revision, **asked)  # type: ignore[arg-type]
    return [script.revision for script in scripts]


@asynccontextmanager
async def connected_as(name: str) -> AsyncIterator[None]:
    """Keep a connection as the running service has it, under this *name*."""
    engine = create_async_engine(database_url(), **driver.service_options(name, load_settings()))
    try:
        async with engine.connect() as connection:
            await connection.execute(sa.text("SELECT 1"))
            await connection.commit()
            yield
    finally:
        await engine.dispose()


async def test_each_phase_applies_its_own(release: list[str]) -> None:
    base, expand, contract = release
    assert await applied(phase="expand") == [base, expand]
    assert await applied(phase="expand") == []
    assert await applied(phase="contract") == [contract]
    assert await applied(phase="contract") == []


async def test_a_contract_comes_after_its_expand(release: list[str]) -> None:
    with pytest.raises(DatabaseError, match="run db upgrade --phase expand and roll out"):
        await applied(phase="contract")


async def test_a_release_is_finished_before_the_next(release: list[str], door: Sandbox) -> None:
    door.revise(book(title(), sa.Column("pages", sa.Integer)), "add pages")
    await applied(release[1])
    with pytest.raises(DatabaseError, match="of an earlier release is pending"):
        await applied(phase="expand")


@pytest.mark.parametrize("build", ["base", "of_tomorrow"])
async def test_old_code_keeps_the_contract_waiting(build: str, release: list[str]) -> None:
    base, expand, contract = release
    await applied(expand)
    async with connected_as(named([base if build == "base" else build])):
        with pytest.raises(OldCodeConnected, match=f"{contract} has to wait"):
            await applied(phase="contract")
        assert await applied(phase="contract", force=True) == [contract]


@pytest.mark.parametrize("client", ["new code", "a stranger"])
async def test_others_do_not(client: str, release: list[str]) -> None:
    _, expand, contract = release
    await applied(expand)
    async with connected_as(named([expand]) if client == "new code" else client):
        assert await applied(phase="contract") == [contract]


@pytest.mark.parametrize(("build", "passes"), [("base", False), ("contract", True)])
async def test_a_contract_without_expand_needs_code_that_ships_it(
    build: str, passes: bool, door: Sandbox
) -> None:
    pages = sa.Column("pages", sa.Integer)
    [base] = door.revise(book(pages._copy()), "base")
    [contract] = door.revise(book(pages._copy(), sa.UniqueConstraint("pages")), "unique")
    await applied(base.revision)
    async with connected_as(named([base.revision if build == "base" else contract.revision])):
        if passes:
            assert await applied(phase="contract") == [contract.revision]
        else:
            with pytest.raises(OldCodeConnected, match="still"):
                await applied(phase="contract")


def test_there_is_no_third_phase(door: Sandbox) -> None:
    with pytest.raises(DatabaseError, match="There is no phase 'later'"):
        door.revise(book(), phase="later")
    assert door.files() == []
