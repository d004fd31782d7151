"""Which database, and how it is reached: URLs, connections, locks, waits, errors."""
