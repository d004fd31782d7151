"""Random changes of models on MySQL and MariaDB: our revisions lead to what the new models say, and back.

As ``test_random_pairs.py``, on this machine's own MariaDB; on servers of other releases a few pairs,
where their URLs are set (``make servers`` starts them and prints these). ``python
tests/random_pairs/run.py PACKAGE mysql FIRST LAST`` in a service's interpreter walks other pairs.
"""

import os
from pathlib import Path

import pytest
from mysql_service import MySQLService
from service import PACKAGE

pytestmark = pytest.mark.slow

RUN = Path(__file__).parent / "random_pairs" / "run.py"
PAIRS = 60
STEP = 10
# Kinds that only one of the servers has.
FURTHER = {"MYSQL_9_7_URL": ["ONLY_MYSQL"], "MARIADB_11_8_URL": []}


@pytest.mark.parametrize("first", range(0, PAIRS, STEP))
def test_random_pairs_end_where_the_new_models_say(mysql: MySQLService, first: int) -> None:
    """No pair differs, after the upgrade and after the way back."""
    assert _walked(mysql, first) == f"{STEP} pairs, 0 differ"


@pytest.mark.parametrize("variable", FURTHER)
def test_so_they_do_on_another_release(mysql: MySQLService, variable: str) -> None:
    """What servers write down, and what they can do beside traffic, is not the same."""
    mysql.env["SCRATCH_DATABASE_URL"] = real_server(variable)
    assert _walked(mysql, PAIRS, *FURTHER[variable]) == f"{STEP} pairs, 0 differ"


@pytest.mark.parametrize("variable", FURTHER)
def test_its_own_tests_pass_on_another_release(mysql: MySQLService, variable: str) -> None:
    """Those of the engine that are about this database, with its hard types and their check."""
    mysql.env["SCRATCH_DATABASE_URL"] = real_server(variable)
    mysql.env["DATABASE_URL"] = ""
    mysql.run("-m", PACKAGE, "db", "revision", "--first")
    mysql.run("-m", "pytest", "--engine", "-q", "-n0", "tests/online/mysql", timeout=900)


def real_server(variable: str) -> str:
    """Return the URL of a server of another release; skips where there is none."""
    url = os.environ.get(variable)
    if not url:
        pytest.skip(f"{variable} is not set: make servers starts one")
    return url


def _walked(service: MySQLService, first: int, *further: str) -> str:
    pairs = (str(first), str(first + STEP))
    finished = service.run("-W", "ignore", str(RUN), PACKAGE, "mysql", *pairs, *further)
    return finished.out.splitlines()[-1]
