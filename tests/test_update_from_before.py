"""A service from before the machinery had a package of its own follows the template there.

Its owner has worked in it as one does, also in files that have moved since. What they wrote is in
the files' new places, or in a conflict that a person would expect: both sides have changed the
same lines.
"""

import shutil
import subprocess
from pathlib import Path

import pytest
from baking import TEMPLATE, run
from following import append, commit, conflicts, create, edit, take_over, update

BEFORE = "e100356"
OWNERS = TEMPLATE / "tests/owners_year"
PACKAGE = "src/invoice_service"
# Files that the owner adds, and lines that they put into files which came with the service.
ADDED = [
    *(f"{PACKAGE}/api/customers.py", f"{PACKAGE}/commands/customers.py"),
    *("tests/api/test_customers.py", "tests/test_page_size.py"),
]
ROUTER = '    app.include_router(customers.router, prefix="/v1")\n'
CHANGED = {
    f"{PACKAGE}/api/app.py": ("    return app\n", f"{ROUTER}    return app\n"),
    f"{PACKAGE}/db/session.py": (
        "pool_pre_ping=True,",
        "pool_pre_ping=True,\n        pool_size=7,",
    ),
    f"{PACKAGE}/db/ownership.py": ('"tmp_*")', '"tmp_*", "old_*")'),
    f"{PACKAGE}/db/patience.py": ("LONGEST_PAUSE = 0.1, 2.0", "LONGEST_PAUSE = 0.1, 2.5"),
    f"{PACKAGE}/db/alembic/filters.py": (
        'SKIP = "skip_autogenerate"',
        'SKIP = "skip_autogenerate"  # as our other services say',
    ),
    "docs/architecture.md": (
        "tests/      ",
        "notebooks/         what the analysts run\ntests/      ",
    ),
}
# Where both sides have changed the same lines: the page of what lies where, which is a new one, and
# the routers' imports, of which the template's own have moved.
EXPECTED = ["docs/architecture.md", f"{PACKAGE}/api/app.py"]


@pytest.fixture
def template(tmp_path: Path) -> Path:
    """A repository with the template as it was, at its only commit."""
    known = subprocess.run(["git", "cat-file", "-e", BEFORE], cwd=TEMPLATE, capture_output=True)
    if known.returncode:
        pytest.fail(f"this clone does not reach back to {BEFORE}: run git fetch --unshallow")
    template = tmp_path / "template"
    template.mkdir()
    run("git", "archive", "--output", template / "before.tar", BEFORE, cwd=TEMPLATE)
    run("tar", "xf", "before.tar", cwd=template)
    (template / "before.tar").unlink()
    run("git", "init", "--initial-branch", "main", cwd=template)
    commit(template)
    return template


def test_ordinary_edits_follow(template: Path, tmp_path: Path) -> None:
    """Catches edits that are lost, or conflicts where only one side has changed anything."""
    folder = create(template, tmp_path)
    work(folder)
    commit(folder)
    own = {path: (folder / path).read_bytes() for path in ADDED}

    take_over(template)
    # The hook of before runs Python in the folder that cruft compares: see CHANGELOG.md.
    said = update(folder, PYTHONDONTWRITEBYTECODE="1")

    assert conflicts(folder) == EXPECTED, said
    assert {path: (folder / path).read_bytes() for path in ADDED} == own
    wanted = [new for _, new in CHANGED.values()]
    wanted += [
        "    page_size: int = 50",
        "class Customer(",
        '    "greenlet>=1",',
        '    "iniconfig>=1",',
    ]
    lost = [text for text in wanted if not holding(text.strip().splitlines()[0], folder)]
    assert lost == []

    merge_by_hand(folder)
    run("uv", "sync", cwd=folder)
    run("make", "lint", cwd=folder)
    run("uv", "run", "alembic", "check", cwd=folder)
    tests = ("tests/api", "tests/test_page_size.py", "tests/online/proof/test_models_agree.py")
    # In a folder of its own: see conftest.py.
    run("uv", "run", "pytest", *tests, cwd=folder, PYTEST_DEBUG_TEMPROOT=str(tmp_path))


def work(folder: Path) -> None:
    """Do in the service in *folder* what an owner does: add files, and change some that came."""
    for path in ADDED:
        shutil.copyfile(OWNERS / path, folder / path)
    for path, change in CHANGED.items():
        edit(folder / path, change)
    edit(
        folder / PACKAGE / "api/app.py",
        ("from . import health, ", "from . import customers, health, "),
    )
    append(folder / PACKAGE / "settings.py", "    page_size: int = 50\n")
    customer = (OWNERS / PACKAGE / "db/models/customer.py").read_text(encoding="utf-8")
    _, _, model = customer.partition("class Customer(")
    append(folder / PACKAGE / "db/models.py", f"\n\nclass Customer({model}")
    run("uv", "add", "--quiet", "greenlet>=1", cwd=folder)
    run("uv", "add", "--quiet", "--dev", "iniconfig>=1", cwd=folder)
    run("uv", "run", "alembic", "revision", "--autogenerate", "-m", "customers", cwd=folder)


def holding(text: str, folder: Path) -> list[str]:
    """Return the files of the service in *folder* that hold *text*."""
    listed = run("git", "ls-files", cwd=folder).splitlines()
    paths = [folder / path for path in sorted(set(listed)) if (folder / path).is_file()]
    return [str(path) for path in paths if text in path.read_text(encoding="utf-8")]


def merge_by_hand(folder: Path) -> None:
    """Settle the conflicts in *folder* as a person would: both sides' imports, the new page."""
    app = folder / PACKAGE / "api/app.py"
    text = app.read_text(encoding="utf-8")
    before, _, rest = text.partition("<<<<<<< ours\n")
    _, _, after = rest.partition(">>>>>>> theirs\n")
    assert "<<<<<<<" not in after
    app.write_text(f"{before}{IMPORTS}{after}", encoding="utf-8")
    run("git", "checkout", "--theirs", "docs/architecture.md", cwd=folder)
    run("git", "add", *EXPECTED, cwd=folder)


IMPORTS = "from . import customers, resource\nfrom .application import Application\n"
