"""``alembic revision --autogenerate`` of a service, with its proof, against stock Alembic's.

Stock is what ``alembic init -t async`` makes, with the same models, on a database at head. One
column is new. Ours writes expand and contract, and runs them up, down and up before they are files:
once with a history that was replayed before (a scratch database at head is kept), and once without.
``--tables 12 60 170`` and ``--repeats 5`` say how much is measured; ``--only history`` one part.
"""

import argparse
import statistics
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from _measure import run, scratch_folder
from _processes import Cost, cost
from check_among_strangers import add_strangers
from long_history import write
from service import PACKAGE, Server, bake, python_of, running_server

REVISE = ("-m", "alembic", "revision", "--autogenerate", "-m", "one column")
KEPT = "SELECT datname FROM pg_database WHERE datname LIKE 'scratch%'"
# The bars, as ratios of stock.
AGAIN, FIRST, MEMORY, HISTORY, AMONG = 1.0, 1.5, 1.1, 1.2, 1.1

TABLE = """
sa.Table(
    "item_{n}", m,
    sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
    sa.Column("name", sa.String(50), nullable=False),
    sa.Column("state", sa.Text, server_default="new", nullable=False),
    sa.Column("price", sa.Numeric(12, 2)),
    sa.Column("made_at", sa.DateTime(timezone=True), server_default=sa.func.now()),
    sa.Column("parent_id", sa.ForeignKey("item_{parent}.id")),
    {extra}
    sa.UniqueConstraint("name", "state"),
    sa.CheckConstraint("price >= 0", name="price"),
    sa.Index(None, "made_at"),
)
"""


def models(count: int, *, new: bool) -> str:
    """Return the models of *count* tables, each of which refers to the one before it."""
    extra = 'sa.Column("note", sa.Text),' if new else ""
    return "import sqlalchemy as sa\n\nfrom .base import Base\n\nm = Base.metadata\n" + "".join(
        TABLE.format(n=n, parent=max(n - 1, 0), extra=extra if n == count // 2 else "")
        for n in range(count)
    )


class Project:
    """A project whose next revision is written again and again; nothing of it stays."""

    def __init__(self, folder: Path, python: Path, package: Path, **environment: str) -> None:
        """Take the *folder* to work in, and the *package* that holds ``models.py``."""
        self.folder, self.python, self.package = folder, python, package
        self.environment = environment
        self.versions = package / "alembic" / "versions"

    def use(self, count: int, *, new: bool) -> None:
        """Write the models."""
        (self.package / "models.py").write_text(models(count, new=new), encoding="utf-8")

    def revise(self) -> Cost:
        """Write the revision, and take it away again."""
        before = set(self.versions.glob("*.py"))
        found = cost(self.python, *REVISE, cwd=self.folder, **self.environment)
        written = set(self.versions.glob("*.py")) - before
        assert written, "no revision was written"
        for path in written:
            path.unlink()
        return found


def stock(into: Path, python: Path, server: Server, database: str) -> Project:
    """Make a project with Alembic's own template for asyncio."""
    folder = into / "stock"
    package = folder / "db"
    package.mkdir(parents=True)
    run(python, "-m", "alembic", "init", "-t", "async", "db/alembic", cwd=folder)
    (package / "__init__.py").touch()
    (package / "base.py").write_text(
        "import sqlalchemy as sa\nfrom sqlalchemy.orm import DeclarativeBase\n\n\n"
        "class Base(DeclarativeBase):\n"
        f"    metadata = sa.MetaData(naming_convention={NAMING!r})\n",
        encoding="utf-8",
    )
    env = package / "alembic" / "env.py"
    text = env.read_text(encoding="utf-8")
    text = text.replace("target_metadata = None", "from db.models import m as target_metadata")
    env.write_text(text, encoding="utf-8")
    ini = folder / "alembic.ini"
    url = server.url(database).replace("postgresql://", "postgresql+asyncpg://").replace("%", "%%")
    lines = [
        f"sqlalchemy.url = {url}" if line.startswith("sqlalchemy.url") else line
        for line in ini.read_text(encoding="utf-8").splitlines()
    ]
    ini.write_text("\n".join(lines), encoding="utf-8")
    return Project(folder, python, package)


NAMING = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


def ours(into: Path, server: Server) -> Project:
    """Make a service; only where it may make scratch databases is said."""
    folder = bake(into)
    return Project(
        folder,
        python_of(folder),
        folder / "src" / PACKAGE / "db",
        SCRATCH_DATABASE_URL=server.url(),
        DATABASE_URL="",
    )


def start(project: Project, count: int) -> None:
    """Give *project* its first revision."""
    project.use(count, new=False)
    for path in project.versions.glob("*.py"):
        path.unlink()
    run(project.python, *REVISE, cwd=project.folder, **project.environment)


def forget(server: Server) -> None:
    """Remove the scratch databases that are kept."""
    for row in server.execute(KEPT):
        server.execute(f'DROP DATABASE "{row["datname"]}" WITH (FORCE)')


def in_turn(
    ways: Mapping[str, Callable[[], Cost]], repeats: int, before: Callable[[str], None]
) -> dict[str, Cost]:
    """Run the ways in turn, the first time to warm up; return the medians."""
    found: dict[str, list[Cost]] = {name: [] for name in ways}
    for turn in range(repeats + 1):
        for name, way in ways.items():
            before(name)
            taken = way()
            if turn:
                found[name].append(taken)
    return {
        name: Cost(
            statistics.median(one.seconds for one in costs),
            int(statistics.median(one.memory for one in costs)),
        )
        for name, costs in found.items()
    }


class Table:
    """The lines that are printed, and whether each is within its bar."""

    def __init__(self) -> None:
        """Begin without a line."""
        self.fits = True

    def line(self, what: str, value: float, against: float, bar: float, unit: str = "s") -> None:
        """Print one ratio."""
        ratio = value / against
        self.fits &= ratio <= bar
        verdict = "within" if ratio <= bar else "ABOVE"
        print(
            f"{what:<52} {value:8.2f} {unit} against {against:8.2f} {unit}: "
            f"{ratio:.2f}, {verdict} {bar}",
            flush=True,
        )


@contextmanager
def both(server: Server) -> Iterator[tuple[Project, Project, str]]:
    """Yield a service, a stock project, and the name of the latter's database."""
    with scratch_folder() as scratch, server.database() as database:
        service = ours(scratch / "ours", server)
        yield service, stock(scratch, service.python, server, database), database


def sizes(server: Server, table: Table, counts: list[int], repeats: int) -> None:
    """Compare with stock at each number of tables."""
    for count in counts:
        with both(server) as (service, plain, _):
            for project in (service, plain):
                start(project, count)
                project.use(count, new=False)
            run(plain.python, "-m", "alembic", "upgrade", "head", cwd=plain.folder)
            for project in (service, plain):
                project.use(count, new=True)

            def before(name: str) -> None:
                if name == "first":
                    forget(server)

            ways = {"first": service.revise, "again": service.revise, "stock": plain.revise}
            found = in_turn(ways, repeats, before)
            base = found["stock"]
            table.line(
                f"{count} tables, replayed before", found["again"].seconds, base.seconds, AGAIN
            )
            table.line(
                f"{count} tables, the first time", found["first"].seconds, base.seconds, FIRST
            )
            table.line(
                f"{count} tables, peak memory",
                found["again"].memory / 1024,
                base.memory / 1024,
                MEMORY,
                "MB",
            )
            forget(server)


def history(server: Server, table: Table, repeats: int) -> None:
    """Compare a history of 1,000 revisions with one of 10."""
    with scratch_folder() as scratch:
        projects = {}
        for count in (10, 1000):
            project = ours(scratch / str(count), server)
            start(project, 12)
            (first,) = project.versions.glob("*.py")
            write(project.versions, count, first.stem.rpartition("_")[2])
            project.use(12, new=True)
            projects[f"{count}"] = project
        found = in_turn(
            {name: project.revise for name, project in projects.items()}, repeats, lambda _: None
        )
        table.line(
            "1,000 revisions against 10", found["1000"].seconds, found["10"].seconds, HISTORY
        )
        forget(server)


def among(server: Server, table: Table, repeats: int) -> None:
    """Compare ``check`` on a database beside 5,000 tables of others with one without."""
    with scratch_folder() as scratch, server.database() as alone, server.database() as crowded:
        service = ours(scratch, server)
        start(service, 12)
        costs = {}
        for name, database in (("alone", alone), ("crowded", crowded)):
            url = server.url(database)
            run(
                service.python,
                "-m",
                "alembic",
                "upgrade",
                "head",
                cwd=service.folder,
                DATABASE_URL=url,
            )
            costs[name] = lambda url=url: cost(
                service.python, "-m", "alembic", "check", cwd=service.folder,
                **service.environment | {"DATABASE_URL": url},
            )  # fmt: skip
        add_strangers(server, crowded)
        found = in_turn(costs, repeats, lambda _: None)
        table.line(
            "check beside 5,000 tables of others",
            found["crowded"].seconds,
            found["alone"].seconds,
            AMONG,
        )


def main() -> None:
    """Measure and report; the exit code is 1 where a bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tables", type=int, nargs="+", default=[12, 60, 170])
    parser.add_argument("--repeats", type=int, default=7)
    parser.add_argument("--only", choices=["sizes", "history", "among"])
    asked = parser.parse_args()
    table = Table()
    with running_server() as server:
        if asked.only in (None, "sizes"):
            sizes(server, table, asked.tables, asked.repeats)
        if asked.only in (None, "history"):
            history(server, table, asked.repeats)
        if asked.only in (None, "among"):
            among(server, table, asked.repeats)
    sys.exit(0 if table.fits else 1)


if __name__ == "__main__":
    main()
