"""Work of live seminars that the worker does."""

from django.tasks import task
from django.utils import timezone


@task
def make_replay(pk: int) -> None:
    """Make the replay of one recording."""
    from .models import SessionRecording
    from .services import replays

    recording = SessionRecording.objects.select_related("session").filter(pk=pk).first()
    if recording is not None:
        replays.make_replay(recording=recording, now=timezone.now())


@task
def make_slides(deck_pk: int) -> None:
    """Make the pages of one deck; one that was removed meanwhile is left."""
    from .models import Deck
    from .services import decks

    deck = Deck.objects.select_related("added_by").filter(pk=deck_pk).first()
    if deck is not None:
        decks.make_pages(deck=deck, now=timezone.now())


@task
def send_guest_link(session_pk: int, email: str, name: str, language: str) -> None:
    """Write to somebody who asked to come to a public session."""
    from .services import guests

    guests.send_link(session_pk=session_pk, email=email, name=name, language=language)
