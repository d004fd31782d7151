"""Which locks of others keep an operation waiting on PostgreSQL (docs, 13.3, Table 13.2)."""

import re

from ...operations.foresight.footprint import Footprint
from ..operations.footprints import OLDER, USERS

# From the weakest to the strongest; longer names first where one is the end of another.
_MODES = (
    *("ACCESS SHARE", "ROW SHARE", "ROW EXCLUSIVE", "SHARE UPDATE EXCLUSIVE"),
    *("SHARE", "SHARE ROW EXCLUSIVE", "EXCLUSIVE", "ACCESS EXCLUSIVE"),
)
_NAMED = re.compile("|".join(sorted(_MODES, key=len, reverse=True)))
_CONFLICTS = {
    "ACCESS SHARE": {"ACCESS EXCLUSIVE"},
    "ROW SHARE": {"EXCLUSIVE", "ACCESS EXCLUSIVE"},
    "ROW EXCLUSIVE": {"SHARE", "SHARE ROW EXCLUSIVE", "EXCLUSIVE", "ACCESS EXCLUSIVE"},
    "SHARE UPDATE EXCLUSIVE": {*_MODES[3:]},
    "SHARE": {*_MODES[2:]} - {"SHARE"},
    "SHARE ROW EXCLUSIVE": {*_MODES[2:]},
    "EXCLUSIVE": {*_MODES[1:]},
    "ACCESS EXCLUSIVE": {*_MODES},
}


def modes_in_the_way(footprint: Footprint) -> set[str]:
    """Return the modes, as ``pg_locks`` names them, that an operation of *footprint* waits for."""
    wanted = set(_NAMED.findall(footprint.lock))
    if footprint.waits_for:
        # Of a build: until it has been seen by whoever writes; of a drop: by whoever reads, too.
        wanted.add({OLDER: "SHARE", USERS: "ACCESS EXCLUSIVE"}[footprint.waits_for])
    found: set[str] = set().union(*(_CONFLICTS[mode] for mode in wanted))
    return {f"{mode.title().replace(' ', '')}Lock" for mode in found}
