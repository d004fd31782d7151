"""Catches a downgrade that fails, forgets something, or leaves the next upgrade unable to run.

Each revision, oldest first, is applied, taken back and applied again (``db prove``): taken back, the
database must be what it was. A one-way revision has only to refuse the way back.
"""

from {{ cookiecutter.package_name }}.db.models import Base
from {{ cookiecutter.package_name }}.online.session.scripts import scripts
from {{ cookiecutter.package_name }}.online.write.prove import prove


async def test_every_revision_up_down_up() -> None:
    proved = await prove(Base.metadata)
    assert len(proved) == len(list(scripts().walk_revisions()))
