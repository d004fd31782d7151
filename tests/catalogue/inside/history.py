"""Revisions in a folder of their own, written and run by the service's Alembic environment."""

import io
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.script import Script, ScriptDirectory
from invoice_service.online.phase import phase_of_revision
from invoice_service.online.session.scripts import alembic_config
from invoice_service.online.write import initial


class History:
    """The revisions in one folder; ``DATABASE_URL`` says which database they run on."""

    def __init__(self, folder: Path) -> None:
        """Begin with the empty *folder*."""
        self.folder = folder

    def config(self, metadata: sa.MetaData, **attributes: Any) -> Config:
        """Return the service's configuration with *metadata* in the place of its models."""
        config = alembic_config(target_metadata=metadata, **attributes)
        config.stdout = io.StringIO()
        config.set_main_option("version_locations", str(self.folder))
        config.set_main_option("path_separator", "newline")
        return config

    def write_first(self, metadata: sa.MetaData) -> Script:
        """Write the first revision from the models alone."""
        config = self.config(metadata)
        config.set_main_option("revision_environment", "true")
        command.revision(config, "first", sql=True, process_revision_directives=initial.compose)
        (script,) = self.scripts()
        return script

    def write_change(self, metadata: sa.MetaData, allow: str = "") -> dict[str, Script]:
        """Let autogenerate write what differs; return the revisions by phase, oldest first."""
        known = {script.revision for script in self.scripts()}
        config = self.config(metadata, allow=allow or None)
        command.revision(config, "change", autogenerate=True)
        return {phase_of_revision(s): s for s in self.scripts() if s.revision not in known}

    def scripts(self) -> list[Script]:
        """Return the revisions, oldest first."""
        config = self.config(sa.MetaData())
        return list(ScriptDirectory.from_config(config).walk_revisions())[::-1]

    def sql(self, metadata: sa.MetaData, script: Script) -> str:
        """Return what ``alembic upgrade --sql`` writes for one revision."""
        config = self.config(metadata)
        config.output_buffer = io.StringIO()
        command.upgrade(config, f"{script.down_revision or 'base'}:{script.revision}", sql=True)
        return config.output_buffer.getvalue()
