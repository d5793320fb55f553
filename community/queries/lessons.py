"""The lessons that a thread may be about."""

from typing import Any

from courses.queries.outline import outline_of
from lms.programmes.queries import roles_of


def lessons_of(user: Any) -> dict[str, str]:
    """The lessons a learner follows, by public id: “3.2 Écouter sans juger”."""
    cohorts = {row.cohort.track_id for row in roles_of(user).enrolments if row.is_open}
    return {
        str(lesson.public_id): f"{lesson.number} {lesson.title}"
        for track_id in sorted(cohorts)
        for module in outline_of(track_id).modules
        for lesson in module.lessons
    }
