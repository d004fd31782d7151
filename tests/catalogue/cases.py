"""The rows of the catalogue, from the service's tests: each service runs them by itself, too."""

import importlib.util
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

__all__ = ["CASES", "SERVICE", "UNSEEN", "Case", "Unseen"]

SERVICE = Path(__file__).parents[2] / "{{cookiecutter.project_slug}}"
# Python as it stands there, without a word of Jinja.
ROWS = SERVICE / "tests/online/postgresql/catalogue/cases.py"

_spec = importlib.util.spec_from_file_location("rows_of_the_catalogue", ROWS)
assert _spec is not None
assert _spec.loader is not None
_rows = sys.modules[_spec.name] = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(_rows)

CASES: list[Any] = _rows.CASES
UNSEEN: list[Any] = _rows.UNSEEN
if TYPE_CHECKING:
    from typing import Any as Case
    from typing import Any as Unseen
else:
    Case, Unseen = _rows.Case, _rows.Unseen
