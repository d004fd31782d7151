"""Real libraries beside the machinery: what they propose is written, applied and taken back.

Each is installed in the version that was tried, into a folder that the service's interpreter reads.
"""

import subprocess

import pytest
from service import Service

pytestmark = pytest.mark.slow

ENUMS = ("alembic-postgresql-enum==1.11.0",)
ENTITIES = ("alembic-utils==0.8.8", "flupy==1.2.5", "parse==1.22.4")
MODELS = """
import sqlalchemy as sa

from .base import Base

invoice = sa.Table("invoice", Base.metadata, sa.Column("id", sa.Integer, primary_key=True){columns})
"""
DEFINITION = "RETURNS integer LANGUAGE sql IMMUTABLE AS $$ SELECT n * {factor} $$"
ENTITY_MODELS = (
    MODELS
    + """
from alembic_utils.pg_function import PGFunction
from alembic_utils.pg_view import PGView
from alembic_utils.replaceable_entity import register_entities

by = PGFunction(schema="public", signature="by(n integer)", definition="{definition}")
ids = PGView(schema="public", signature="ids", definition="SELECT id FROM invoice")
register_entities({entities})
"""
)


@pytest.fixture
def library(
    request: pytest.FixtureRequest, service: Service, tmp_path_factory: pytest.TempPathFactory
) -> Service:
    """Let the service import the libraries of the test's parameter."""
    folder = tmp_path_factory.mktemp("libraries")
    command = ["uv", "pip", "install", "--quiet", "--no-deps", "--target", str(folder)]
    subprocess.run(
        [*command, "--python", str(service.python), *request.param], check=True, timeout=300
    )
    service.env["PYTHONPATH"] = f"{service.folder / 'src'}:{folder}"
    return service


def change(service: Service, models: str) -> dict[str, str]:
    """Write and apply what leads to *models*; return the text of the new revisions by phase."""
    (service.package / "db/models.py").write_text(models, encoding="utf-8")
    before = set(service.revisions())
    service.alembic("revision", "--autogenerate", "-m", "change")
    service.alembic("upgrade", "head")
    service.alembic("check")
    texts = [path.read_text(encoding="utf-8") for path in set(service.revisions()) - before]
    return {"contract" if 'phase = "contract"' in text else "expand": text for text in texts}


@pytest.mark.parametrize("library", [ENUMS], indirect=True, ids=["alembic-postgresql-enum"])
def test_enums_are_written_once(library: Service) -> None:
    """Catches a type that two libraries create, and an operation of ours that theirs replaces."""
    rules = library.package / "db/rules.py"
    text = rules.read_text(encoding="utf-8")
    known = "from typing import Any\n"
    rules.write_text(text.replace(known, f"{known}\nimport alembic_postgresql_enum\n"), "utf-8")

    def models(*labels: str) -> str:
        column = f', sa.Column("hue", sa.Enum({", ".join(map(repr, labels))}, name="hue"))'
        return MODELS.format(columns=column if labels else "")

    assert change(library, models("red", "blue"))["expand"].count("op.create_enum(") == 1
    more = change(library, models("red", "green", "blue"))
    assert 'op.add_enum_label("hue", "green"' in more["expand"]
    assert list(more) == ["expand"]
    gone = change(library, models())
    assert 'op.drop_enum("hue"' in gone["contract"]
    library.alembic("downgrade", "base")


@pytest.mark.parametrize("library", [ENTITIES], indirect=True, ids=["alembic_utils"])
def test_entities_come_and_go_in_their_phases(library: Service) -> None:
    """Catches a view that is dropped while old code reads it."""

    def models(factor: int, entities: str) -> str:
        definition = DEFINITION.format(factor=factor)
        return ENTITY_MODELS.format(columns="", definition=definition, entities=entities)

    # It creates a view to compare it, so the table has to be there in a revision before.
    change(library, MODELS.format(columns=""))
    first = change(library, models(2, "[by, ids]"))
    assert first["expand"].count("    op.create_entity(") == 2
    second = change(library, models(3, "[by]"))
    assert "op.replace_entity(" in second["expand"]
    assert "op.drop_entity(" in second["contract"]
    library.alembic("downgrade", "base")
    assert library.execute("SELECT proname FROM pg_proc WHERE proname = 'by'") == []
