"""What a learner's hours were spent on: by module, and by kind for what is no lesson."""

from collections import defaultdict
from uuid import UUID

from django.conf import settings
from django.db.models import Sum
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from courses.models import CoursePage, LessonPage, ModulePage
from lms.evidence.enums import ActivityKind
from lms.programmes.models import Enrolment


def parts_followed(enrolment: Enrolment) -> list[tuple[str, str, int]]:
    """Title, its language, minutes credited; modules first, in the order of the tree. 4 queries.

    A lesson counts in the module it stands in today, even where that left the track; corrections are counted.
    """
    sums = enrolment.hour_entries.order_by().values_list("activity_kind", "activity_id")
    credited = {
        (kind, activity): minutes
        for kind, activity, minutes in sums.annotate(minutes=Sum("credited_minutes"))
        if minutes
    }
    places = _places({activity for kind, activity in credited if kind == ActivityKind.LESSON})
    others = {
        ActivityKind.LESSON: _("Lessons that are no longer there"),
        ActivityKind.APPOINTMENT: _("Coaching appointments"),
        ActivityKind.SEMINAR: _("Live seminars"),
        ActivityKind.REPLAY: _("Replays of seminars"),
    }
    parts: dict[tuple[str, str, str], int] = defaultdict(int)
    for (kind, activity), minutes in credited.items():
        # "~" comes after every path of the tree.
        parts[places.get(activity) or (f"~{kind}", others[ActivityKind(kind)], get_language())] += minutes
    spoken = settings.LANGUAGE_CODE
    return [(title, language or spoken, minutes) for (_path, title, language), minutes in sorted(parts.items())]


def _places(lesson_ids: set[UUID]) -> dict[UUID, tuple[str, str, str]]:
    """By lesson: the path of its module in the tree, its title and its language."""
    step = LessonPage.steplen
    lessons = dict(LessonPage.objects.filter(public_id__in=lesson_ids).values_list("public_id", "path"))
    modules = dict(
        ModulePage.objects.filter(path__in={path[:-step] for path in lessons.values()}).values_list("path", "title")
    )
    languages = dict(
        CoursePage.objects.filter(path__in={path[:-step] for path in modules}).values_list("path", "language")
    )
    return {
        public_id: (path[:-step], modules[path[:-step]], languages.get(path[: -2 * step], ""))
        for public_id, path in lessons.items()
        if path[:-step] in modules
    }
