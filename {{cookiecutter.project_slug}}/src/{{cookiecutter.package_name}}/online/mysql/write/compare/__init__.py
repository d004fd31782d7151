"""What is found: comparisons that stock autogenerate lacks or gets wrong, as one Alembic plugin.

Registered here, not in ``env.py``: a module is imported once, the environment runs once a
command, and a plugin may be registered only once.
"""

from alembic.runtime.plugins import Plugin
from alembic.util import DispatchPriority

from ...session.driver import DIALECT
from . import checks, columns, indexes, primary_keys

# Named in ``autogenerate_plugins``, beside Alembic's own.
PLUGINS = ["alembic.autogenerate.*", "service.compare"]

_plugin = Plugin("service.compare")
for _compare, _subject in (
    (columns.compare_type, "types"),
    (columns.compare_server_default, "server_default"),
):
    _plugin.add_autogenerate_comparator(
        _compare, "column", _subject, qualifier=DIALECT, priority=DispatchPriority.FIRST
    )
for _compare_table, _subject in (
    (checks.compare_checks, "check constraints"),
    (primary_keys.compare_primary_key, "primary key"),
):
    _plugin.add_autogenerate_comparator(_compare_table, "table", _subject, qualifier=DIALECT)
_plugin.add_autogenerate_comparator(
    indexes.forget_equal,
    "table",
    "indexes",
    qualifier=DIALECT,
    priority=DispatchPriority.LAST,
)
