"""Counts tries in the shared cache, to slow down whoever guesses."""

from django.core.cache import cache


def within_limit(action: str, who: str, *, limit: int, seconds: int = 60) -> bool:
    """Count one more try of `action` by `who`; False once there are more than `limit` in a window of `seconds`.

    The window opens with the first try.
    """
    key = f"throttle:{action}:{who}"
    cache.add(key, 0, timeout=seconds)
    try:
        return cache.incr(key) <= limit
    except ValueError:  # the window closed between the two lines: this try opens the next one
        return True
