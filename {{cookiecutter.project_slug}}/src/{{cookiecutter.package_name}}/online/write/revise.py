"""The developer's door: writing revisions, from code or from our command line."""

from alembic import command
from alembic.script import Script

from ..session.errors import DatabaseError
from ..session.scripts import alembic_config, scripts
from . import initial


def write_revision(message: str, *, one_way: bool = False) -> list[Script]:
    """Compare the models with the migrations and write what differs; nothing may come of it.

    *one_way* gives the revision a downgrade that refuses.
    """
    config = alembic_config(one_way=one_way)
    return _revisions(command.revision(config, message, autogenerate=True))


def write_first() -> list[Script]:
    """Write the first revision from the models alone, without a database.

    Raises DatabaseError where there are revisions already: then ``write_revision`` is meant.
    """
    if scripts().get_heads():
        raise DatabaseError(
            "There are revisions already: run 'db revision' without --first, or delete them first"
        )
    config = alembic_config()
    config.set_main_option("revision_environment", "true")
    # No date: the same answers give the same bytes. "0000" sorts before every dated name.
    config.set_main_option("file_template", "0000_%%(slug)s_%%(rev)s")
    return _revisions(
        command.revision(
            config, initial.MESSAGE, sql=True, process_revision_directives=initial.compose
        )
    )


def _revisions(result: Script | list[Script | None] | None) -> list[Script]:
    found = result if isinstance(result, list) else [result]
    return [script for script in found if script is not None]
