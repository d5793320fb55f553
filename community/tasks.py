"""What the worker does for the community at once; its sweeps do the same every minute."""

from django.tasks import task
from django.utils import timezone


@task
def ask_links() -> None:
    """Asks addresses that wait for what they say of themselves."""
    from community.services.cards import sweep_links

    sweep_links(now=timezone.now())
