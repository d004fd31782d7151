"""What an operation holds and reads while it runs, in the database's own words."""

from typing import NamedTuple


class Footprint(NamedTuple):
    """The *lock* on the operation's table, and what it *scans* or writes; "" for nothing."""

    lock: str
    scans: str = ""
