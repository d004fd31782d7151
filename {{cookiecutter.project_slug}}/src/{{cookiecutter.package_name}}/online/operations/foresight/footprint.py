"""What an operation holds and reads while it runs, in the database's own words."""

from enum import Enum
from typing import NamedTuple


class Work(Enum):
    """What an operation does with the rows of its table; a plan says how long that takes."""

    # A change of the catalogue alone.
    NOTHING = "none of the rows"
    SCAN = "reads the rows"
    INDEX = "reads the rows and writes an index"
    COPY = "writes the table anew"
    FILL = "writes rows, in batches"


class Footprint(NamedTuple):
    """The *lock* on the operation's table, and what it *scans* or writes; "" for nothing.

    *work* is what that means for the rows: without a word, a scan where something is scanned.
    *waits_for* are transactions that it waits for beside those that hold such a lock.
    """

    lock: str
    scans: str = ""
    work: Work | None = None
    waits_for: str = ""

    @property
    def work_on_rows(self) -> Work:
        """Return the work, whether it was said or not."""
        return self.work or (Work.SCAN if self.scans else Work.NOTHING)
