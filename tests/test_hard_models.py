"""Hard models: their first revision has the same properties as that of easy ones."""

import pytest
from catalogue.cases import SERVICE
from first_revision import assert_creates_and_removes, body, write_by_autogenerate
from service import Service

pytestmark = pytest.mark.slow

# The service runs them by itself, too.
MODELS = SERVICE / "tests/online/postgresql/hard_models"
# For each file: the extensions declared in ownership.py; those found by themselves; the schemas
# that ``create_all`` cannot know of, for nothing but a type is in them.
SETS = {
    "types": ((), "citext hstore", "lists"),
    "keys": (("btree_gist",), "", ""),
    "indexes": (("pg_trgm",), "", ""),
    "defaults": ((), "", ""),
    "names": ((), "", ""),
}


@pytest.fixture(params=SETS)
def models(request: pytest.FixtureRequest, service: Service) -> str:
    """Put one file of hard models in the service's place for models; return its name."""
    name: str = request.param
    service.use_models((MODELS / f"{name}.py").read_text(encoding="utf-8"), SETS[name][0])
    service.cli("db", "revision", "--first")
    return name


def test_first_revision(models: str, service: Service) -> None:
    """It equals a real autogenerate, and makes and removes what ``create_all`` makes."""
    first = body(service)
    _, extensions, schemas = SETS[models]
    assert_creates_and_removes(service, extensions, schemas)
    service.revisions()[0].unlink()
    assert first == write_by_autogenerate(service)
