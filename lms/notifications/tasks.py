"""What notifications leave to the background worker."""

from django.tasks import task
from django.utils import timezone


@task
def send_outbox() -> None:
    """Send everything that is due; the sweep of every minute does the same, should this task be lost."""
    from .services.outbox import send_due  # the services that enqueue this task stand above it

    send_due(now=timezone.now())
