"""What is found: comparisons that stock autogenerate lacks or gets wrong, as one Alembic plugin.

Registered here, not in ``env.py``: a module is imported once, the environment runs once a
command, and a plugin may be registered only once.
"""

from alembic.runtime.plugins import Plugin
from alembic.util import DispatchPriority

from . import checks, defaults, enums, primary_keys

# Named in ``autogenerate_plugins``, beside Alembic's own.
PLUGINS = ["alembic.autogenerate.*", "service.compare"]

_plugin = Plugin("service.compare")
_plugin.add_autogenerate_comparator(
    defaults.compare_server_default,
    "column",
    "server_default",
    qualifier="postgresql",
    priority=DispatchPriority.FIRST,
)
for _compare, _subject in (
    (checks.compare_checks, "check constraints"),
    (primary_keys.compare_primary_key, "primary key"),
):
    _plugin.add_autogenerate_comparator(_compare, "table", _subject, qualifier="postgresql")
_plugin.add_autogenerate_comparator(
    enums.compare_enums,
    "schema",
    "enums",
    qualifier="postgresql",
    priority=DispatchPriority.LAST,
)
