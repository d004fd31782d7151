"""The check before generation: which answers pass, which do not, and how that is told."""

import json
import string
from pathlib import Path
from typing import Any

import pytest
from baking import EXTREMES, TEMPLATE, run
from looked_for import looked_for

import hooks

FAULTY = {
    "project_name": ["", "  ", "two\nlines", "a\ttab", "x" * 101, "bell\a", "half \ud800"],
    "project_slug": [
        *["", "Invoice", "invoice_service", "invoice service", "-x", "x-", "x--y", "1x", "é"],
        *["x" * 51, "../x", "/tmp/x", "alembic", "pytest-asyncio", "python", "ruff", "tests"],
    ],
    "package_name": [
        *["", "Invoice", "invoice-service", "1x", "_x", "x_", "x__y", "é", "x" * 41, "x.y"],
        *["class", "json", "distutils", "alembic", "sqlalchemy", "asyncpg", "pydantic"],
        *["typer", "rich", "stamina", "pytest", "tests", "src", "test", "py", "con"],
        *["tornado", "a2wsgi", "email_validator", "sniffio", "numpy"],
    ],
    "description": ["\x00", "\x1b[31m", "\x7f", "\x85", "\ufffe", "\U0001ffff", "\ufdd0", "\udfff"],
    "author": ["", "\n", "two\nlines", "two\u2028lines", "x" * 101, "\x00"],
    "email": [
        *["", "x", "x@y", "@example.com", "x@", "x y@example.com", "x@example.com\n", '"@x.io'],
        *["<x@example.com>", "x@exa mple.com", "x\\@example.com", "{{x}}@example.com", "é@x.io"],
    ],
    "first_model": [
        *["", "invoice", "invoiceLine", "Invoice_Line", "1x", "Fakturá", "X" * 31, "In voice"],
        *["None", "True", "ValueError", "Base", "Timestamped", "Mapped", "AlembicVersion"],
        *["I", "O"],
        *["PgClass", "TempReading", "TmpFile"],
    ],
}
CASES = [(name, answer) for name, answers in FAULTY.items() for answer in answers]


@pytest.mark.parametrize(("name", "answer"), CASES, ids=[ascii(case) for case in CASES])
def test_faulty_answer_is_the_only_one_named(name: str, answer: str) -> None:
    """Catches a fault that passes, and a check that complains about a good answer."""
    names = {"project_slug": "good", "package_name": "good"}
    found = hooks.load("pre_gen_project", **(names | {name: answer})).faults()
    assert [line.split()[0] for line in found] == [name]


@pytest.mark.parametrize("answer", ["SqliteMaster", "SqliteSequence", "SqliteX"])
def test_tables_in_sqlites_own_space(answer: str) -> None:
    """Catches a model whose table SQLite keeps for itself; others know no such space."""
    for database, fault in ("sqlite", True), ("postgresql", False), ("mysql", False):
        check = hooks.load("pre_gen_project", first_model=answer, database=database)
        assert bool(check.faults()) == fault, database


@pytest.mark.parametrize("answers", EXTREMES.values(), ids=EXTREMES)
def test_extreme_answers_pass(answers: dict[str, str]) -> None:
    """Catches a check that is stricter than what the service can stand."""
    assert hooks.load("pre_gen_project", **answers).faults() == []


def test_unknown_choice_in_a_replay_file() -> None:
    """Catches choices that cookiecutter does not check itself when it replays."""
    check = hooks.load("pre_gen_project")
    check.ANSWERS |= {"python_version": "3.9", "license": None}
    assert check.faults() == [
        "  python_version = '3.9': use one of 3.11, 3.12, 3.13",
        "  license = None: use text",
    ]


def test_all_faults_at_once_and_nothing_written(
    cookies: Any, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """Catches a check that stops at the first fault, or a folder that stays behind."""
    faulty = {name: answers[1] for name, answers in FAULTY.items() if name != "description"}
    result = cookies.bake(extra_context={**faulty, "description": "\x00"})
    told = capfd.readouterr().err.splitlines()
    assert result.exception is not None
    named = [line.split()[0] for line in told if line.startswith("  ") and " = " in line]
    assert named == list(FAULTY)
    assert list(tmp_path.glob("bake*/*")) == []


def test_checks_and_prompts_cover_the_questions() -> None:
    """Catches a question that nobody checks or words, and choices that differ in two places."""
    check = hooks.load("pre_gen_project")
    questions = json.loads((TEMPLATE / "cookiecutter.json").read_text(encoding="utf-8"))
    public = [name for name in questions if not name.startswith("_")]
    assert list(check.CHECKS) == public == list(questions["__prompts__"])
    assert questions["database"] == list(check.DATABASES)
    assert questions["web"] == list(check.WEB_FRAMEWORKS)
    assert questions["python_version"] == list(check.PYTHON_VERSIONS)
    assert questions["ci"] == list(check.CI_SERVICES)
    assert questions["license"] == list(check.LICENSES)


def test_what_the_environment_looks_for_is_taken(generated: Path) -> None:
    """Catches a service that a library imports in the place of one that is not installed."""
    (packages,) = generated.glob(".venv/lib/python*/site-packages")
    found = looked_for(packages)
    assert "sniffio" in found, "the search finds nothing"
    hook = hooks.load("pre_gen_project")
    assert found - hook.TAKEN == set(), "add these to LOOKED_FOR"


def test_names_of_the_environment_are_taken(generated: Path) -> None:
    """Catches a new dependency whose module or command a service could hide with its own."""
    check = hooks.load("pre_gen_project")
    listing = "import importlib.metadata as m; print(*m.packages_distributions())"
    modules = run(generated / ".venv/bin/python", "-c", listing, cwd=generated).split()
    commands = [path.name for path in (generated / ".venv/bin").iterdir()]
    free = [name for name in modules if check.package_name(name) is None]
    free += [name for name in commands if check.project_slug(name) is None]
    assert set(free) <= {"invoice_service", "invoice-service"}


@pytest.mark.parametrize(
    ("project_name", "slug", "package"),
    [
        ("Invoice Service", "invoice-service", "invoice_service"),
        ("Ünïcödé & Söhne", "unicode-sohne", "unicode_sohne"),
        ("发票", "fa-piao", "fa_piao"),
        ("🚀", "service", "service"),
        (string.ascii_lowercase * 3, (string.ascii_lowercase * 2)[:40], None),
    ],
)
def test_names_derived_from_the_project_name(
    project_name: str, slug: str, package: str | None
) -> None:
    """Catches a project name whose derived answers are refused though nobody typed them."""
    check = hooks.load("pre_gen_project", project_name=project_name)
    assert check.ANSWERS["project_slug"] == slug
    assert check.ANSWERS["package_name"] == (package or slug)
    assert check.faults() == []
