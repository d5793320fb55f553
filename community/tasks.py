"""What the worker does for the community at once: links, which its sweeps do every minute too, and forums to import."""

from django.tasks import task
from django.utils import timezone


@task
def ask_links() -> None:
    """Asks addresses that wait for what they say of themselves."""
    from community.services.cards import sweep_links

    sweep_links(now=timezone.now())


@task
def check_forum(pk: int) -> None:
    """Check a forum that was just sent."""
    from community.models import ForumImport
    from community.services import forum_imports

    forum_imports.check(record=ForumImport.objects.get(pk=pk), now=timezone.now())


@task
def write_forum(pk: int) -> None:
    """Write a forum that was checked."""
    from community.models import ForumImport
    from community.services import forum_imports

    forum_imports.write(record=ForumImport.objects.get(pk=pk), now=timezone.now())
