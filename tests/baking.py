"""What the tests share: answers at the edges, running commands, finding interpreters."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

TEMPLATE = Path(__file__).resolve().parents[1]
MADE_BY_TOOLS = set(
    ".git .venv .postgres __pycache__ .mypy_cache .pytest_cache .ruff_cache".split()
)
PYTHON_VERSIONS = ("3.11", "3.12", "3.13")

# Lines of text that break whoever pastes them into TOML, Python, YAML or Markdown as they are.
HARD_LINES = [
    'both " and \' and """ and \'\'\' and a last "',
    r"C:\new\table \u0041 \N{DASH} \x and a last \ ".rstrip(),
    "{{ cookiecutter.email }} {% raw %} {# no #} 100% %(here)s %%",
    "$HOME $(ls) `ls` ${x} !important : yes, - no # neither",
    "[link](http://example.com) <b>bold</b> &amp; *one* _two_ ~~three~~ | four |",
    "# a heading",
    "- an item",
    "1. an item",
    "发票服务 فاتورة חשבונית Ünïcödé 🚀 👩‍💻",
    "[bold]rich[/bold] [/red]",
]
HARD_TEXT = "\n".join(HARD_LINES) + "\r\n\tand \u2028 \u2029 the end\\"

# The corners of what the hook accepts; each becomes a service that ruff and mypy look at.
EXTREMES: dict[str, dict[str, str]] = {
    "shortest": {
        "project_name": "X",
        "project_slug": "x",
        "package_name": "x",
        "description": "",
        "author": "X",
        "email": "x@x.io",
        "first_model": "X",
    },
    "longest": {
        "project_name": "N" * 100,
        "project_slug": "-".join(["service"] * 6) + "-x",
        "package_name": "_".join(["package"] * 5),
        "description": "word " * 200,
        "author": "A" * 100,
        "first_model": "AbAbAbAbAbAbAbAbAbAbAbAbAbAbAb",
    },
    "Order, 3.12, Apache-2.0": {
        "first_model": "Order",
        "python_version": "3.12",
        "license": "Apache-2.0",
    },
    "User, 3.13, Proprietary": {
        "first_model": "User",
        "python_version": "3.13",
        "license": "Proprietary",
    },
    "HTTPLog, sorts after alembic": {
        "project_slug": "zebra",
        "package_name": "zebra",
        "first_model": "HTTPLog",
    },
    "no web": {"web": "none"},
    "hard text": {
        "project_name": HARD_LINES[0],
        "project_slug": "hard",
        "package_name": "a_hard_one",
        "description": HARD_TEXT,
        "author": HARD_LINES[1],
        "email": "o'neill+x%y@mail.example.com",
    },
}


def typed(answers: dict[str, str]) -> dict[str, str]:
    """Return *answers* for ``bake``, which renders them as Jinja; these come out unchanged."""
    return {
        name: "{{ " + json.dumps(answer, ensure_ascii=False) + " }}"
        if set("{}") & set(answer)
        else answer
        for name, answer in answers.items()
    }


def run(*command: object, cwd: Path, code: int = 0, **environment: str) -> str:
    """Run *command* in *cwd* and return what it wrote; fail unless it ends with *code*."""
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env=os.environ | environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
    )
    assert done.returncode == code, f"{command} ended with {done.returncode}:\n{done.stdout}"
    return done.stdout


def text_files(folder: Path) -> list[Path]:
    """Return the files of a service that nothing but the template and its hooks wrote."""
    found = []
    # Not rglob: what is left out has thousands of files, and some go while we look.
    for place, folders, names in os.walk(folder):
        folders[:] = set(folders) - MADE_BY_TOOLS
        found += [Path(place, name) for name in names if name not in MADE_BY_TOOLS]
    return sorted(found)


def contents(folder: Path) -> dict[str, bytes]:
    """Return every file of a service, by its path in it."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in text_files(folder)}


def revisions(folder: Path) -> list[Path]:
    """Return the revision files of the service in *folder*."""
    return sorted(folder.glob("src/*/db/alembic/versions/*.py"))


def interpreter(version: str) -> str | None:
    """Return a Python *version* ("3.12") of this machine that runs, or None."""
    name = f"python{version}"
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    candidates = [sys.executable, shutil.which(name), *sorted(pyenv.glob(f"versions/*/bin/{name}"))]
    for candidate in filter(None, candidates):
        asked = [str(candidate), "-c", "import sys; print('{}.{}'.format(*sys.version_info))"]
        answer = subprocess.run(asked, capture_output=True, text=True)
        if answer.stdout.strip() == version:
            return str(candidate)
    found = subprocess.run(
        ["uv", "python", "find", "--managed-python", "--no-python-downloads", version],
        capture_output=True,
        text=True,
    )
    return found.stdout.strip() or None
