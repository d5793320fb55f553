"""What the worker does every minute: each app registers its own sweep, so that the clock knows none of them."""

import logging
from collections.abc import Callable
from datetime import datetime

from django.db import close_old_connections

type Sweep = Callable[..., object]

log = logging.getLogger(__name__)
_sweeps: list[Sweep] = []


def every_minute(sweep: Sweep) -> Sweep:
    """Call `sweep(now=…)` every minute in the worker; once, from `AppConfig.ready()`.

    A sweep is idempotent and takes its work from rows of its own: a minute may come late, or twice.
    """
    if sweep in _sweeps:
        raise ValueError(f"{sweep.__qualname__} is already swept every minute")
    _sweeps.append(sweep)
    return sweep


def strike(now: datetime) -> None:
    """Run every sweep; one that fails is logged and leaves the others their minute."""
    for sweep in _sweeps:
        close_old_connections()
        try:
            sweep(now=now)
        except Exception:
            log.exception("The sweep %s failed; it runs again in a minute.", sweep.__qualname__)
