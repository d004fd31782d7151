"""A year of ordinary work, and two releases of the template beside it: nothing to merge by hand.

What the owner writes lies in ``owners_year/``, as files of the service; what they change in
files that came with it is below. The releases touch every line next to it that a release may.
"""

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from baking import TEMPLATE, run
from following import FOLDER, UPDATED, append, commit, conflicts, create, edit, repository, update

OWNERS = TEMPLATE / "tests/owners_year"
PACKAGE = "src/invoice_service"
DEPENDENCY, TOOL = "greenlet>=1", "iniconfig>=1"


@pytest.mark.parametrize("answers", [{}, {"database": "sqlite", "ci": "none"}], ids=str)
def test_a_year_beside_two_releases(answers: dict[str, str], tmp_path: Path) -> None:
    """Catches work of the owner's that an update undoes, misplaces, or cannot merge."""
    template = repository(tmp_path / "template")
    folder = create(template, tmp_path, **answers)
    work_a_year(folder)
    commit(folder)
    own = written(folder)
    applied_rules(folder)

    release(template, 1)
    assert update(folder) == UPDATED
    assert conflicts(folder) == []
    assert written(folder) == own
    arrived(folder, 1)
    commit(folder)

    # Another machine: Git has what was committed, not what the first update has left behind.
    clone = tmp_path / "clone/invoice-service"
    run("git", "clone", "--quiet", folder, clone, cwd=tmp_path)
    release(template, 2)
    assert update(clone) == UPDATED
    assert conflicts(clone) == []
    assert written(clone) == own
    arrived(clone, 2)

    run("uv", "sync", cwd=clone)
    run("make", "lint", cwd=clone)
    assert run("uv", "run", "invoice-service", "customers", cwd=clone) == "50\n"
    run("uv", "run", "alembic", "check", cwd=clone)
    tests = ("tests/api", "tests/test_page_size.py", "tests/online/proof/test_models_agree.py")
    # In a folder of its own: see conftest.py.
    run("uv", "run", "pytest", *tests, cwd=clone, PYTEST_DEBUG_TEMPROOT=str(tmp_path))


@pytest.mark.parametrize("web", ["fastapi", "none"])
@pytest.mark.parametrize("database", ["postgresql", "mysql", "sqlite"])
def test_dependencies_of_both_sides_lie_apart(
    database: str, web: str, rendered: Callable[..., Path]
) -> None:
    """Catches a list into whose middle ``uv add`` writes, or whose end a release may touch."""
    project = rendered(database=database, web=web) / "pyproject.toml"
    text = project.read_text(encoding="utf-8")
    for name in ("dependencies", "dev"):
        _, _, rest = text.partition(f"\n{name} = [\n")
        lines = [line.strip() for line in rest.partition("\n]\n")[0].splitlines()]
        names = [line for line in lines if not line.startswith("#")]
        assert names != sorted(names)
        assert names == sorted(names[:1]) + sorted(names[1:])
        assert lines[-4] == names[-1]
        assert lines[0].startswith("# What the template's")


def work_a_year(folder: Path) -> None:
    """Do in the service in *folder* what its owner does in a year."""
    split_models(folder)
    shutil.copytree(OWNERS, folder, dirs_exist_ok=True)
    change_files(folder)
    add_rules(folder)
    run("uv", "add", "--quiet", DEPENDENCY, cwd=folder)
    run("uv", "add", "--quiet", "--dev", TOOL, cwd=folder)
    run("uv", "run", "alembic", "revision", "--autogenerate", "-m", "customers", cwd=folder)


def split_models(folder: Path) -> None:
    """Let the models lie in a package, the first one in a file of its own."""
    models = folder / PACKAGE / "db/models.py"
    text = models.read_text(encoding="utf-8")
    models.unlink()
    package = folder / PACKAGE / "db/models"
    package.mkdir()
    text = text.replace("from .base import", "from ..base import")
    (package / "invoice.py").write_text(text, encoding="utf-8")


def change_files(folder: Path) -> None:
    """Put a router, a setting and the like where the service's own files have their place."""
    edit(
        folder / PACKAGE / "api/app.py",
        ("from . import resource\n", "from . import customers, resource\n"),
        (
            "    return app\n",
            '    app.include_router(customers.router, prefix="/v1")\n    return app\n',
        ),
    )
    append(folder / PACKAGE / "settings.py", "\n    page_size: int = 50\n")
    append(folder / ".env.example", "# PAGE_SIZE=50\n")
    edit(
        folder / "docs/service.md",
        ("## Its settings\n", "Customers, beside the invoices.\n\n## Its settings\n"),
    )
    append(folder / "docs/service.md", "\n**`PAGE_SIZE`** (50): customers in a list.\n")
    edit(folder / "pyproject.toml", ('version = "0.1.0"', 'version = "1.4.0"'))
    append(
        folder / "pyproject.toml",
        '\n[[tool.mypy.overrides]]\nmodule = "a_library_without_types"\n'
        "ignore_missing_imports = true\n",
    )


def written(folder: Path) -> dict[str, str]:
    """Return what the owner has made: whole files of theirs, and their lines in shared ones."""
    own = [path for path in OWNERS.rglob("*") if path.is_file()]
    paths = [path.relative_to(OWNERS).as_posix() for path in own]
    paths += [f"{PACKAGE}/api/app.py", f"{PACKAGE}/settings.py", "docs/service.md"]
    paths += [f"{PACKAGE}/db/models/invoice.py", *RULES_FILES]
    revisions = sorted((folder / PACKAGE / "db/alembic/versions").glob("*.py"))
    paths += [path.relative_to(folder).as_posix() for path in revisions]
    assert len(revisions) == 2
    made = {path: (folder / path).read_text(encoding="utf-8") for path in paths}
    for path, lines in SHARED.items():
        text = (folder / path).read_text(encoding="utf-8")
        made[path] = "\n".join(line for line in lines if line in text.splitlines())
        assert made[path] == "\n".join(lines)
    return made


SHARED = {
    ".env.example": ["# PAGE_SIZE=50"],
    "pyproject.toml": [
        'version = "1.4.0"',
        f'    "{DEPENDENCY}",',
        f'    "{TOOL}",',
        'module = "a_library_without_types"',
    ],
}


def release(template: Path, number: int) -> None:
    """Commit to the repository *template* a release that touches what lies beside the owner's."""
    service = template / FOLDER
    package = service / "src/{{cookiecutter.package_name}}"
    project = service / "pyproject.toml"
    text = project.read_text(encoding="utf-8")
    # Each bound moves (to the same version, written longer), and the lists get longer.
    text = re.sub(r'^(    "[a-z].*>=[\d.]+)",$', r'\1.0",', text, flags=re.MULTILINE)
    text = text.replace("    # Yours follow", f"    {NEW_BOUNDS[number]}\n    # Yours follow")
    project.write_text(text, encoding="utf-8")
    edit(project, ('    "uv.lock",\n', f'    "uv.lock",\n    "{NEWS}{number}.txt",\n'))
    edit(project, ("requires = [", f"requires = [  # {NEWS}{number}\n    "))

    edit(
        only(package, "**/base_settings.py"),
        ("    environment: ", f"    {NEWS}{number}: int = {number}\n    environment: "),
    )
    edit(
        only(package, "api/*application.py*"),
        ("        self.include_router(", f"        # {NEWS}{number}\n        self.include_router("),
    )
    edit(service / ".env.example", ("\n# Settings of your own", OWN_SETTINGS.format(number)))
    edit(service / "docs/architecture.md", ("  settings.py ", f"  {NEWS}{number}\n  settings.py "))
    # What is the owner's from the first day: such news reach services that are made from now on.
    for path in (
        only(package, "api/*app.py*"),
        package / "settings.py",
        service / "docs/service.md",
    ):
        append(path, f"\n# {NEWS}{number}\n")
    release_rules(template, number)
    commit(template)


NEWS = "news_"
NEW_BOUNDS = {1: '"markupsafe>=2",', 2: '"typing-extensions>=4",'}
OWN_SETTINGS = f"# {NEWS.upper()}{{0}}={{0}}\n\n# Settings of your own"


def arrived(folder: Path, number: int) -> None:
    """Fail unless the service in *folder* has what *release* has changed in it."""
    for path in (
        *("pyproject.toml", ".env.example", "docs/architecture.md"),
        *(f"{PACKAGE}/api/application.py", f"{PACKAGE}/online/session/base_settings.py"),
    ):
        text = (folder / path).read_text(encoding="utf-8").lower()
        assert f"{NEWS}{number}" in text, path
    project = (folder / "pyproject.toml").read_text(encoding="utf-8")
    assert project.count(NEW_BOUNDS[number]) == 2
    assert '"rich>=15' + ".0" * number + '"' in project


def only(folder: Path, pattern: str) -> Path:
    """Return the one file in *folder* that *pattern* stands for."""
    (path,) = folder.glob(pattern)
    return path


# The owner's rules: an operation, a rewrite and a filter of their own.

RULES_FILES = [f"{PACKAGE}/db/rules.py"]
IMPORTS = "from alembic.operations import MigrateOperation\n"
OWN_IMPORTS = "from alembic.operations import MigrateOperation, Operations, ops\n"
TYPES = "from sqlalchemy.types import TypeEngine\n"
OWN_TYPES = (
    "from sqlalchemy.types import TypeEngine\n\n"
    "from ..online import EXPAND, Expand, Operation, in_phase\n"
)
RULES = '''after = Rewriter()


@dataclass
class Analyze(Operation):
    """``op.analyze(table)``."""

    name = "analyze"
    ranks = {EXPAND: Expand.INDEXES + 5}
    table_name: str

    def run(self, operations: Operations) -> None:
        """Let the planner know the new table."""
        operations.execute(f"ANALYZE {self.table_name}")


@after.rewrites(ops.CreateTableOp)
def analyze_new_tables(_: Any, __: Any, operation: ops.CreateTableOp) -> list[MigrateOperation]:
    """Let each new table be known at once."""
    return [operation, in_phase(EXPAND, Analyze(operation.table_name))]

'''
FILTER = "    return True\n\n\n# --- How a type"
OWN_FILTER = FILTER.replace("True", 'not (name or "").startswith("reporting_")')


def add_rules(folder: Path) -> None:
    """Write an operation, a rewrite and a filter into ``db/rules.py``."""
    edit(
        folder / RULES_FILES[0],
        ("from typing import Any\n", "from dataclasses import dataclass\nfrom typing import Any\n"),
        (IMPORTS, OWN_IMPORTS),
        (TYPES, OWN_TYPES),
        ("after = Rewriter()\n", RULES),
        (FILTER, OWN_FILTER),
    )


def release_rules(template: Path, number: int) -> None:
    """Change in the *template* what lies beside such rules, and the rules that new services get."""
    package = template / FOLDER / "src/{{cookiecutter.package_name}}"
    append(package / "db/rules.py", f"\n# {NEWS}{number}\n")
    edit(
        package / "online/operations/rank.py",
        ("    SWAPS = 110\n", f"    SWAPS = 110\n    {NEWS.upper()}{number} = {110 + number}\n"),
    )


def applied_rules(folder: Path) -> None:
    """Fail unless the owner's own revision in *folder* holds what the rules make of it."""
    texts = [
        path.read_text("utf-8") for path in (folder / PACKAGE).glob("db/alembic/versions/*.py")
    ]
    (own,) = [text for text in texts if "Customers." in text]
    assert own.index('op.create_table(\n        "customer"') < own.index('op.analyze("customer")')
