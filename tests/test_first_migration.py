"""The first revision: what autogenerate would write, and a schema equal to ``create_all``."""

from first_revision import assert_creates_and_removes, body, write_by_autogenerate
from service import Service


def test_equals_a_real_autogenerate(service: Service) -> None:
    """Composed from the models alone, it is what a comparison with an empty database gives."""
    service.cli("db", "revision", "--first")
    first = body(service)
    service.revisions()[0].unlink()
    assert first == write_by_autogenerate(service)


def test_needs_no_database(service: Service) -> None:
    """No URL that answers, and no embedded server is started."""
    service.env = {"DATABASE_URL": "postgresql://nobody@localhost:1/none"}
    service.env["SCRATCH_DATABASE_URL"] = service.env["DATABASE_URL"]
    service.cli("db", "revision", "--first")
    assert len(service.revisions()) == 1
    assert not (service.folder / ".postgres").exists()


def test_same_models_give_the_same_bytes(service: Service) -> None:
    """File name, revision id and content follow from the models, not from clock or chance."""
    service.cli("db", "revision", "--first")
    (path,) = service.revisions()
    first = path.read_bytes()
    path.unlink()
    service.env["PYTHONHASHSEED"] = "1"
    service.cli("db", "revision", "--first")
    assert path.read_bytes() == first


def test_refuses_beside_other_revisions(service: Service) -> None:
    """A second first revision would be a second root."""
    service.cli("db", "revision", "--first")
    refused = service.cli("db", "revision", "--first", code=1)
    assert "There are revisions already" in refused.err
    assert "Traceback" not in refused.err
    assert len(service.revisions()) == 1


def test_creates_and_removes_what_create_all_makes(service: Service) -> None:
    """Upgrade, check, downgrade and upgrade again; see ``assert_creates_and_removes``."""
    service.cli("db", "revision", "--first")
    assert_creates_and_removes(service)
