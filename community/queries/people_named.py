"""Who is meant by the names after `@` in a message."""

from collections.abc import Collection
from dataclasses import dataclass

from community import rules
from community.models import Post, Space, Thread
from lms.accounts.models import User
from lms.kit.names import folded

MOST = 20
"""Names looked up in one message."""
MOST_ALIKE = 3
"""People of the same name who are all told; when there are more, nobody is meant."""


@dataclass(frozen=True, slots=True)
class Named:
    """One name as typed, and the people of that name who read the space; none: nobody will be told."""

    name: str
    people: tuple[User, ...]


def people_named(names: Collection[str], space: Space, thread: Thread | None = None) -> list[Named]:
    """Who each name means: a whole name, or the first name of one person who has written in the thread.

    Nobody outside the space's readers is ever found, so that a name tells nothing about who is at the academy.
    """
    wanted = {folded(name): name for name in list(names)[:MOST]}
    wanted.pop("", None)
    if not wanted:
        return []
    found: dict[str, list[int]] = {}
    for pk, name in User.objects.filter(is_active=True).exclude(display_name="").values_list("pk", "display_name"):
        if (key := folded(name)) in wanted:
            found.setdefault(key, []).append(pk)
    if thread is not None and wanted.keys() - found.keys():
        for key, pks in _first_names(thread).items():
            if key in wanted and key not in found and len(pks) == 1:
                found[key] = pks
    people = {row.pk: row for row in User.objects.filter(pk__in=[pk for pks in found.values() for pk in pks])}
    named = []
    for key, name in wanted.items():
        readers = [
            people[pk] for pk in found.get(key, ())[: 10 * MOST_ALIKE] if rules.can_read_space(people[pk], space)
        ]
        named.append(Named(name, tuple(readers) if len(readers) <= MOST_ALIKE else ()))
    return named


def _first_names(thread: Thread) -> dict[str, list[int]]:
    writers = Post.objects.standing().filter(thread=thread).order_by("-number").values("author")[:200]
    found: dict[str, list[int]] = {}
    for person in User.objects.filter(pk__in={row["author"] for row in writers}, is_active=True):
        found.setdefault(folded(person.get_short_name()), []).append(person.pk)
    return found
