"""The sockets of the community: an open thread, open lists of threads, and one person's counts."""

from typing import Any

from django.utils import timezone

from community import rules
from community.live import person_group, space_group, thread_group
from community.models import Space, Thread
from community.queries.sight import sight_of
from community.queries.spaces import moves_of
from community.queries.unread import unread_count
from lms.kit.live import LiveConsumer, Refused, receives


class ThreadConsumer(LiveConsumer):
    """Posts, wordings and counts come from services; a client only says that somebody writes."""

    thread: Thread
    may_answer: bool

    def admits(self, person: Any) -> bool:
        thread = Thread.objects.filter(public_id=self.kwargs["public_id"], merged_into=None).first()
        if thread is None or not rules.can_read_thread(person, thread):
            return False
        self.thread, self.may_answer = thread, rules.can_answer(person, thread)
        return True

    def group(self) -> str:
        return thread_group(self.thread)

    def snapshot(self) -> dict[str, Any]:
        """Who cannot resume asks the page what it has missed, if anything: it alone knows what it shows."""
        last = Thread.objects.filter(pk=self.thread.pk).values_list("last_number", flat=True).first()
        return {"last": last or 0}

    @receives("typing", burst=3, every=2.0)
    async def typing(self) -> None:
        if not self.may_answer:
            raise Refused("closed")
        await self.tell_all({"type": "typing", "client": self.client_id, "name": self.person.get_short_name()})


class CommunityConsumer(LiveConsumer):
    """How much one person has not read, on each of her open pages."""

    def admits(self, person: Any) -> bool:
        return rules.can_enter(person)

    def group(self) -> str:
        return person_group(self.person)

    def snapshot(self) -> dict[str, Any]:
        return {"unread": unread_count(self.person, timezone.now())}


class SpacesConsumer(CommunityConsumer):
    """That something moved in one of somebody's spaces: her open lists say so, and are asked again when she wants."""

    spaces: dict[int, Space] | None = None

    def admits(self, person: Any) -> bool:
        """As long as she reads every space she came for: else the page says what is true now."""
        if not super().admits(person):
            return False
        seen = sight_of(person).spaces
        if self.spaces is None:
            self.spaces = seen
        return self.spaces.keys() <= seen.keys()

    def also(self) -> list[str]:
        return [space_group(space) for space in (self.spaces or {}).values()]

    def snapshot(self) -> dict[str, Any]:
        """Until where each space has moved: a page that was made before that is not true any more."""
        return {"moved": moves_of((self.spaces or {}).values())}
