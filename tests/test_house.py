"""The shape of the template: plain folders, an engine that can be read where it lies, a true page."""

import re
import subprocess
from pathlib import Path

import pytest
from baking import TEMPLATE, run
from conftest import Rendered
from lint_engine import DATABASES, ENGINE

FOLDER = TEMPLATE / "{{cookiecutter.project_slug}}"
ROW = re.compile(r"^\| (?P<question>.+?\?) \| (?P<answer>.+) \|$", re.MULTILINE)
# A path and, behind it, the name to look for.
PLACE = re.compile(r"`(?P<path>[\w/]+(?:\.py|/))` `(?P<name>\w+)`")


def test_few_names_are_conditional() -> None:
    """Catches a file that belongs into a folder of its own."""
    names = run("git", "ls-files", cwd=TEMPLATE).splitlines()
    assert len([name for name in names if "{%" in name]) <= 45


def test_no_jinja_in_the_engine() -> None:
    """Catches an answer in the machinery: it is the same in every service on its database."""
    found = [
        path.name
        for path in ENGINE.rglob("*")
        if path.is_file()
        and path.suffix != ".pyc"
        and re.search(r"\{[{%#]", path.read_text("utf-8"))
    ]
    assert found == []


def test_no_block_in_the_body_of_a_python_file() -> None:
    """Catches Python that is none before Jinja has read it."""
    found = [
        path.name
        for path in FOLDER.rglob("*.py*")
        if path.is_file() and "{%" in path.read_text("utf-8")
    ]
    assert found == []


@pytest.mark.parametrize("database", DATABASES)
def test_the_same_bytes_in_every_service(database: str, rendered: Rendered) -> None:
    """Catches a file of the machinery that an answer other than the database has changed."""
    one = rendered(database=database)
    other = rendered(database=database, project_slug="other", web="none", first_model="Order")
    contents = [
        {
            path.relative_to(package): path.read_bytes()
            for path in sorted((package / "online").rglob("*"))
            if path.is_file() and path.suffix != ".pyc"
        }
        for package in (one / "src/invoice_service", other / "src/other")
    ]
    assert contents[0] == contents[1]


@pytest.mark.parametrize("database", DATABASES)
def test_the_page_answers_ten_questions(database: str, rendered: Rendered) -> None:
    """Catches an answer of docs/architecture.md that the files no longer give."""
    folder = rendered(database=database)
    package = folder / "src/invoice_service"
    page = (folder / "docs/architecture.md").read_text(encoding="utf-8")
    rows = ROW.findall(page)
    assert len(rows) == 10
    for question, answer in rows:
        places = PLACE.findall(answer)
        assert places, question
        for path, name in places:
            place = package / path
            files = sorted(place.rglob("*.py")) if place.is_dir() else [place]
            assert any(name in file.read_text(encoding="utf-8") for file in files), (question, path)
    for line in page.partition("```text\n")[2].partition("```")[0].splitlines():
        name = line.split()[0]
        assert list(folder.rglob(name.rstrip("/"))), f"{name} is on the page, and nowhere else"


def test_the_engine_is_checked_where_it_lies(tmp_path: Path) -> None:
    """Catches a check of the engine that looks elsewhere: a fault put there is found, in its place."""
    broken = ENGINE / "session" / "url.py"
    command = ["python", "tests/lint_engine.py", "--replace", f"{broken}={tmp_path / 'url.py'}"]
    text = broken.read_text(encoding="utf-8") + "\n\nBROKEN: int = 'text'\n"
    (tmp_path / "url.py").write_text(text, encoding="utf-8")
    done = subprocess.run(command, cwd=TEMPLATE, capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stdout.count("online/session/url.py") == len(DATABASES), done.stdout
