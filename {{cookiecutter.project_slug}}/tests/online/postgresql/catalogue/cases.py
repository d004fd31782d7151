"""The rows of the catalogue, chapter by chapter."""

from .case import Case, Unseen
from .columns import COLUMNS
from .kinds import KINDS
from .options import OPTIONS
from .rules import RULES
from .unseen import UNSEEN

__all__ = ["CASES", "UNSEEN", "Case", "Unseen"]

CASES = [*COLUMNS, *RULES, *KINDS, *OPTIONS]
