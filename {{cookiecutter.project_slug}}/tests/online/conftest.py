"""Where no hook has removed them, the tests of other databases stay unread: their drivers lack."""

from pathlib import Path

from {{ cookiecutter.package_name }} import DATABASE
from {{ cookiecutter.package_name }}.settings import Settings

_HERE = Path(__file__).parent
collect_ignore = [
    str(path.parent) for path in _HERE.glob("*/database.py") if path.parent.name != DATABASE
]
if "migrations_database_url" not in Settings.model_fields:
    # A file is no server.
    collect_ignore.append(str(_HERE / "servers"))
