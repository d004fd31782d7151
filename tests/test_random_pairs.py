"""Random and large changes of models: our revisions lead to what the new models say, and back.

Catches what no list of cases thinks of: a difference that ``check`` does not see, an order that
fails, a downgrade that leaves something behind. The comparison is the database's own
text of the schema (``pg_dump``), the order of columns aside. ``python tests/random_pairs/run.py
PACKAGE DATABASE FIRST LAST`` in a service's interpreter walks other pairs than these.
"""

from pathlib import Path

import pytest
from service import PACKAGE, Service

pytestmark = pytest.mark.slow

RUN = Path(__file__).parent / "random_pairs" / "run.py"
PAIRS = 60
STEP = 10


@pytest.mark.parametrize("first", range(0, PAIRS, STEP))
def test_random_pairs_end_where_the_new_models_say(service: Service, first: int) -> None:
    """No pair differs, after the upgrade and after the way back."""
    finished = service.run(
        "-W", "ignore", str(RUN), PACKAGE, "postgresql", str(first), str(first + STEP)
    )
    assert finished.out.splitlines()[-1] == f"{STEP} pairs, 0 differ"


def test_a_releases_worth_of_change_comes_in_an_order_that_works(service: Service) -> None:
    """Dozens of tables, hundreds of operations, keys and types that rest on each other."""
    finished = service.run("-W", "ignore", str(RUN), PACKAGE, "postgresql", "release")
    assert finished.out.splitlines()[-1] == "1 pairs, 0 differ"
