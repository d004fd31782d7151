"""Random changes of models on SQLite: our revisions lead to what the new models say, and back.

Catches what no list of cases thinks of: an option that a rebuild or the way back loses, an order
that fails, a row that is gone. The comparison is the text that SQLite keeps. In a service's
interpreter, ``python tests/random_pairs/run.py PACKAGE sqlite FIRST LAST rows`` walks others.
"""

from pathlib import Path

import pytest
from service import PACKAGE
from sqlite_service import SQLiteService

pytestmark = pytest.mark.slow

RUN = Path(__file__).parent / "random_pairs" / "run.py"
PAIRS = 60
STEP = 20


@pytest.mark.parametrize("rows", [[], ["rows"]], ids=["empty", "rows"])
@pytest.mark.parametrize("first", range(0, PAIRS, STEP))
def test_random_pairs_end_where_the_new_models_say(
    on_sqlite: SQLiteService, first: int, rows: list[str]
) -> None:
    """No pair differs, after the upgrade and after the way back, and no row is lost."""
    finished = on_sqlite.run(
        "-W", "ignore", str(RUN), PACKAGE, "sqlite", str(first), str(first + STEP), *rows
    )
    assert finished.out.splitlines()[-1] == f"{STEP} pairs, 0 differ"
