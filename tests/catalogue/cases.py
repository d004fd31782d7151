"""The rows of the catalogue, from the service's tests: each service runs them by itself, too."""

import importlib
import importlib.util
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

__all__ = ["CASES", "SERVICE", "UNSEEN", "Case", "Unseen"]

SERVICE = Path(__file__).parents[2] / "{{cookiecutter.project_slug}}"
# Python as it stands there, without a word of Jinja; a package under a name of its own.
ROWS = SERVICE / "tests/online/postgresql/catalogue/__init__.py"

_spec = importlib.util.spec_from_file_location("rows_of_the_catalogue", ROWS)
assert _spec is not None
sys.modules[_spec.name] = importlib.util.module_from_spec(_spec)
_rows = importlib.import_module(f"{_spec.name}.cases")

CASES: list[Any] = _rows.CASES
UNSEEN: list[Any] = _rows.UNSEEN
if TYPE_CHECKING:
    from typing import Any as Case
    from typing import Any as Unseen
else:
    Case, Unseen = _rows.Case, _rows.Unseen
