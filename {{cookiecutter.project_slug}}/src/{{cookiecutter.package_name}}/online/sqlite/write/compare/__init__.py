"""What is found: comparisons that stock autogenerate lacks or gets wrong, as one Alembic plugin.

Registered here, not in ``env.py``: a module is imported once, the environment runs once a
command, and a plugin may be registered only once.
"""

from alembic.runtime.plugins import Plugin
from alembic.util import DispatchPriority

from . import checks, column_types, defaults, indexes, primary_keys

# Named in ``autogenerate_plugins``, beside Alembic's own.
PLUGINS = ["alembic.autogenerate.*", "service.compare"]

_plugin = Plugin("service.compare")
for _compare, _subject in (
    (defaults.compare_server_default, "server_default"),
    (column_types.compare_type, "types"),
):
    _plugin.add_autogenerate_comparator(
        _compare, "column", _subject, qualifier="sqlite", priority=DispatchPriority.FIRST
    )
for _compare_table, _subject in (
    (checks.compare_checks, "check constraints"),
    (primary_keys.compare_primary_key, "primary key"),
    (indexes.compare_indexes, "expression and partial indexes"),
):
    _plugin.add_autogenerate_comparator(_compare_table, "table", _subject, qualifier="sqlite")
