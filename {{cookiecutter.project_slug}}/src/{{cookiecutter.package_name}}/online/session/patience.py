"""How long a migration waits for others: short waits for locks, growing pauses, a bound in all.

A statement that wants a strong lock makes every writer after it queue, so it gives up after
``migrations_lock_timeout`` and tries again later (settings; DESIGN: the longest that any writer
can be made to wait is one such timeout).
"""

from typing import Any

from ..database import driver
from .errors import DatabaseError
from .url import load_settings

# Seconds: the first pause may be up to this long, the later ones up to that.
FIRST_PAUSE, LONGEST_PAUSE = 0.1, 2.0


def lock_timeout() -> int:
    """Return the longest wait for a strong lock, in milliseconds."""
    return load_settings().migrations_lock_timeout


def lock_patience() -> float:
    """Return how long to go on trying for locks, in seconds."""
    return load_settings().migrations_lock_patience


def answer_patience() -> float:
    """Return how long a short question may stay unanswered, in seconds."""
    return load_settings().migrations_answer_patience


def retry_options() -> dict[str, Any]:
    """Return the arguments of tenacity's ``Retrying`` and ``AsyncRetrying``.

    When patience is at its end, DatabaseError is raised in place of the last failure.
    """
    # Imported late: commands that wait for nothing need not load it.
    import tenacity

    patience = lock_patience()

    def give_up(state: tenacity.RetryCallState) -> None:
        assert state.outcome is not None
        raise DatabaseError(
            f"A lock was not granted within {patience:.0f} s ({driver.LOCK_HINT}): end "
            "that transaction, or wait for a quieter hour, and run the same command again"
        ) from state.outcome.exception()

    return {
        "retry": tenacity.retry_if_exception(driver.is_lock_failure),
        "wait": tenacity.wait_random_exponential(multiplier=FIRST_PAUSE, max=LONGEST_PAUSE),
        "stop": tenacity.stop_after_delay(patience),
        "retry_error_callback": give_up,
    }
