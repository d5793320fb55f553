"""What readers keep when messages change threads: how far they have read, how closely they follow, what they write."""

from bisect import bisect_right
from collections.abc import Collection

from community.enums import Level
from community.models import Draft, Post, Thread, ThreadReading
from community.services.drafts import join_drafts

_BATCH = 500
_CLOSER = (Level.WATCHING, Level.FOLLOWING)


def carry_readings(*, thread: Thread, into: Thread, numbers: dict[int, int], before: int) -> None:
    """Everybody has read of `into` what she had read of it in `thread`, and follows it as she did.

    `numbers`: the new number of each post by its old one; `before`: the last number of `into` until then. Who had not
    read all of `into` goes on where she was.
    """
    old = sorted(numbers)
    there = {row.person_id: row for row in ThreadReading.objects.filter(thread=into)}
    new, changed = [], []
    for row in ThreadReading.objects.filter(thread=thread):
        count = bisect_right(old, row.last_read)
        until = numbers[old[count - 1]] if count else 0
        own = there.get(row.person_id)
        if own is None:
            carried = {"last_read": until, "level": row.level, "read_at": row.read_at}
            new.append(ThreadReading(thread=into, person_id=row.person_id, **carried))
            continue
        if own.last_read >= before:
            own.last_read = max(own.last_read, until)
        if not own.level and row.level in _CLOSER:
            own.level = row.level
        changed.append(own)
    ThreadReading.objects.bulk_create(new, batch_size=_BATCH, ignore_conflicts=True)
    ThreadReading.objects.bulk_update(changed, ["last_read", "level"], batch_size=_BATCH)


def carry_drafts(*, thread: Thread, into: Thread, answering: Collection[Post] | None = None) -> None:
    """What people are writing in `thread` goes on in `into`: all of it, or what answers one of some posts."""
    drafts = list(Draft.objects.select_for_update().filter(place=f"thread:{thread.public_id}"))
    if answering is not None:
        named = {str(post.public_id) for post in answering}
        drafts = [draft for draft in drafts if named.intersection(draft.content.get("to") or [])]
    place = f"thread:{into.public_id}"
    there = {draft.person_id: draft for draft in Draft.objects.select_for_update().filter(place=place)}
    for draft in drafts:
        if (other := there.get(draft.person_id)) is not None:
            join_drafts(other, draft.content, now=max(draft.kept_at, other.kept_at))
            draft.delete()
        else:
            draft.place = place
            draft.save(update_fields=["place"])
