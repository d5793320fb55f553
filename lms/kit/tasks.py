"""The tasks that the worker's schedule starts."""

from django.tasks import task
from django.utils import timezone

from . import clock
from .defer import prune_finished

KEPT_DAYS = 90


@task
def strike_the_minute() -> None:
    """Runs the sweeps that apps registered with `lms.kit.clock`."""
    clock.strike(timezone.now())


@task
def tidy_the_queue() -> None:
    """Runs once a day: what ended more than three months ago is forgotten."""
    prune_finished(KEPT_DAYS)
