"""Several developers, several branches: Alembic's own flows go on working, and the phases with them.

The flows are told in ``docs/branches.md``.
"""

import re
import shutil
import sqlite3
from pathlib import Path

import asyncpg
import pytest
from service import Service

MODELS = '''"""Models."""

import sqlalchemy as sa

from .base import Base

sa.Table(
    "invoice",
    Base.metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    {columns}
)
'''
SLUG = 'sa.Column("slug", sa.Text, nullable=False, info={"backfill": "lower(name)"}),'
CODE = 'sa.Column("code", sa.Text, nullable=False, info={"backfill": "upper(name)"}),'
NOTE = 'sa.Column("note", sa.Text),'
TABLE = 'sa.Table("{0}", Base.metadata, sa.Column("id", sa.Integer, primary_key=True))\n'
ROW = "INSERT INTO invoice (name) VALUES ('Name')"


@pytest.fixture(params=["service", "on_sqlite"])
def released(request: pytest.FixtureRequest) -> Service:
    """A service in production, on each database: one revision, one row."""
    service: Service = request.getfixturevalue(request.param)
    # Models of the same length, written in the same second, must not be taken for each other.
    service.env["PYTHONDONTWRITEBYTECODE"] = "1"
    service.use_models(MODELS.format(columns=""))
    service.cli("db", "revision", "--first")
    service.alembic("upgrade", "head")
    service.execute(ROW)
    return service


def autogenerate(service: Service, message: str, *options: str) -> list[Path]:
    """Write what differs; return the files."""
    known = set(service.revisions())
    service.alembic("revision", "--autogenerate", "-m", message, *options)
    files = set(service.revisions()) - known
    return sorted(files, key=lambda path: "contract" in path.name)


def applied(service: Service, *arguments: str) -> list[str]:
    """Run ``db upgrade`` with *arguments*; return what the applied revisions are called."""
    said = service.cli("db", "upgrade", *arguments).out
    return re.findall(r"^applied \w+ \(\w+\) (.*?)\.?$", said, flags=re.M)


def check_is_clean(service: Service) -> None:
    """``alembic check`` finds nothing, and ``db check`` nothing pending."""
    service.alembic("check")
    service.cli("db", "check")


def test_two_developers_merge(released: Service, tmp_path: Path) -> None:
    """Each has an expand and a contract; merged, one deploy rolls both out, phase by phase."""
    released.use_models(MODELS.format(columns=SLUG))
    mine = autogenerate(released, "slug")
    assert len(mine) == 2
    # The other developer works on a branch of git that knows nothing of mine.
    aside = tmp_path / "aside"
    aside.mkdir()
    for path in mine:
        shutil.move(path, aside / path.name)
    released.use_models(MODELS.format(columns=CODE))
    assert len(autogenerate(released, "code")) == 2
    for path in aside.iterdir():
        shutil.move(path, released.versions / path.name)

    assert "Multiple head revisions" in released.alembic("upgrade", "head", code=255).out
    released.use_models(MODELS.format(columns=SLUG + CODE + NOTE))
    refused = released.alembic("revision", "--autogenerate", "-m", "note", code=255)
    assert "Multiple heads are present" in refused.out
    released.use_models(MODELS.format(columns=SLUG + CODE))
    released.alembic("merge", "heads", "-m", "merge slug and code")
    assert len(released.alembic("heads").out.split("\n(head)")) == 1
    assert "merge slug and code" in released.alembic("history").out.lower()

    assert sorted(applied(released, "--phase", "expand")) == ["Code", "Slug"]
    released.execute(ROW)
    assert applied(released, "--phase", "expand") == []
    contracts = applied(released, "--phase", "contract")
    assert sorted(contracts[:2]) == ["Code, contract", "Slug, contract"]
    assert contracts[2:] == ["Merge slug and code"]
    wrong = "SELECT id FROM invoice WHERE slug <> 'name' OR code <> 'NAME'"
    assert released.execute(wrong) == []
    check_is_clean(released)
    # The next release goes on from the merge, and its expand is not held up by it.
    released.use_models(MODELS.format(columns=SLUG + CODE + NOTE))
    assert len(autogenerate(released, "note")) == 1
    assert applied(released, "--phase", "expand") == ["Note"]


def test_a_release_is_finished_before_the_next(released: Service) -> None:
    """A pending contract before a newer expand is refused, and so is a contract before its expand."""
    released.use_models(MODELS.format(columns=SLUG))
    autogenerate(released, "slug")
    refused = released.cli("db", "upgrade", "--phase", "contract", code=1).err
    assert re.search(r"The expand \w+ \(Slug\) is pending before the contract \w+", refused)
    assert "run db upgrade --phase expand" in refused
    assert applied(released, "--phase", "expand") == ["Slug"]
    released.use_models(MODELS.format(columns=SLUG + NOTE))
    autogenerate(released, "note")
    refused = released.cli("db", "upgrade", "--phase", "expand", code=1).err
    assert re.search(r"The contract \w+ \(Slug, contract\) of an earlier release", refused)
    assert "db upgrade --phase contract" in refused
    assert "Traceback" not in refused
    assert applied(released, "--phase", "contract") == ["Slug, contract"]
    assert applied(released, "--phase", "expand") == ["Note"]
    check_is_clean(released)


def test_a_branch_of_its_own(released: Service) -> None:
    """``--head=base --branch-label``, later ``--head=label@head``; upgrades by label or all."""
    models = MODELS.format(columns="")
    released.use_models(models + TABLE.format("ledger"))
    (root,) = autogenerate(released, "ledger", "--head=base", "--branch-label=ledger")
    text = root.read_text(encoding="utf-8")
    assert "None = None" in text.split("branch_labels")[0]
    assert 'branch_labels: str | tuple[str, ...] | None = ("ledger",)' in text
    released.use_models(MODELS.format(columns=SLUG) + TABLE.format("ledger"))
    (main,) = (p for p in released.revisions() if "create_the_first" in p.name)
    first = re.search(r'^revision = "(\w+)"', main.read_text(encoding="utf-8"), flags=re.M)
    assert first
    expand, contract = autogenerate(released, "slug", f"--head={first[1]}@head")
    released.use_models(
        MODELS.format(columns=SLUG) + TABLE.format("ledger") + TABLE.format("entry")
    )
    (entry,) = autogenerate(released, "entry", "--head=ledger@head")
    assert "create_table" in entry.read_text(encoding="utf-8")
    assert len(released.alembic("heads").out.strip().splitlines()) == 2
    assert "ledger" in released.alembic("branches", "--verbose").out + released.alembic("heads").out

    released.alembic("upgrade", "ledger@head")
    assert released.execute("SELECT 1 FROM ledger") == released.execute("SELECT 1 FROM entry") == []
    assert applied(released, "--phase", "expand") == ["Slug"]
    assert applied(released) == ["Slug, contract"]
    check_is_clean(released)
    released.alembic("downgrade", "ledger@base")
    with pytest.raises((asyncpg.UndefinedTableError, sqlite3.OperationalError), match="ledger"):
        released.execute("SELECT 1 FROM ledger")
    assert len(released.execute("SELECT 1 FROM invoice WHERE slug = 'name'")) == 1


def test_depends_on(released: Service) -> None:
    """A branch that needs a revision of another one brings it along, in any order of names."""
    released.use_models(MODELS.format(columns=SLUG))
    expand, contract = autogenerate(released, "slug")
    needed = re.search(r'^revision = "(\w+)"', expand.read_text(encoding="utf-8"), flags=re.M)
    assert needed
    released.use_models(MODELS.format(columns=SLUG) + TABLE.format("ledger"))
    (ledger,) = autogenerate(
        released, "ledger", "--head=base", "--branch-label=ledger", f"--depends-on={needed[1]}"
    )
    assert f'depends_on: str | tuple[str, ...] | None = "{needed[1]}"' in ledger.read_text("utf-8")
    assert applied(released, "--phase", "expand") == ["Slug", "Ledger"]
    assert applied(released, "--phase", "contract") == ["Slug, contract"]
    check_is_clean(released)


def test_by_hand(released: Service) -> None:
    """``alembic revision -m`` keeps its empty file; its phase is expand, or what ``-x`` says."""
    released.alembic("revision", "-m", "by hand")
    released.alembic("-x", "phase=contract", "revision", "-m", "later by hand")
    released.alembic("revision", "-m", "last")
    phases = [
        re.findall('^phase = "(.*)"', path.read_text(encoding="utf-8"), flags=re.M)
        for path in released.revisions()
        if "hand" in path.name
    ]
    assert phases == [["expand"], ["contract"]]
    refused = released.cli("db", "upgrade", "--phase", "expand", code=1).err
    assert "(Later by hand) of an earlier release is pending before the expand" in refused
    assert applied(released) == ["By hand", "Later by hand", "Last"]
    check_is_clean(released)
