"""Writes the attestation of a course on the day its last required lesson is finished."""

from datetime import datetime
from typing import Any

from django.db.models import Sum
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from courses.enums import LessonState
from courses.models import CoursePage
from courses.queries.path import Path
from lms.evidence.models import Attestation, HourEntry
from lms.evidence.services import issue_attestation
from lms.programmes.models import Competency


def attest_if_finished(*, path: Path, course_pk: int, now: datetime) -> Attestation | None:
    """Issue the attestation of a course once every required lesson of it is done; None before that.

    Idempotent. The paper speaks the learner's language and is frozen: later edits of the course change nothing.
    """
    if not path.is_course_done(course_pk):
        return None
    course = CoursePage.objects.select_related("block__version").get(pk=course_pk)
    with translation.override(path.enrolment.learner.language):
        paper = _paper(path, course, now)
    return issue_attestation(enrolment=path.enrolment, course_id=course.public_id, paper=paper, now=now)


def _paper(path: Path, course: CoursePage, now: datetime) -> dict[str, Any]:
    enrolment = path.enrolment
    learner, cohort = enrolment.learner, enrolment.cohort
    provider = cohort.partner.provider
    lines = HourEntry.objects.filter(enrolment=enrolment, course_id=course.public_id)
    credited = lines.aggregate(minutes=Sum("credited_minutes"))["minutes"] or 0
    # Required lessons, and the optional ones that were done all the same.
    planned = sum(
        step.node.minutes
        for module in path.modules
        if module.node.course_pk == course.pk
        for step in module.lessons
        if module.node.required or step.state == LessonState.DONE
    )
    first = lines.order_by("happened_at").values_list("happened_at", flat=True).first() or now
    block = course.block
    return {
        "lang": "en" if learner.language == "en" else "fr",
        "provider_name": provider.name,
        "provider_nda": provider.activity_number,
        "provider_siret": provider.siret,
        "partner_name": cohort.partner.name,
        "person_name": learner.certificate_name or learner.get_full_name(),
        "course_title": course.title,
        "course_lang": course.language,
        "certification_title": block.version.title if block else "",
        "certification_code": (block.version.rncp_code or block.version.title_code) if block else "",
        "block_title": block.title if block else "",
        "block_code": block.code if block else "",
        "starts_on": min(timezone.localdate(first), timezone.localdate(now)),
        "ends_on": timezone.localdate(now),
        # A lesson shortened since it was credited may not make the paper claim more than was planned.
        "planned_minutes": max(planned, credited),
        "credited_minutes": credited,
        "modality": _("Remote training, online"),
        "assistance": _("Technical and pedagogical help by named people during the whole training"),
        "competencies": tuple(_competencies(path, course)),
        "place": provider.city,
        "issued_on": timezone.localdate(now),
        "signatory_name": provider.signatory_name,
        "signatory_title": provider.signatory_title,
    }


def _competencies(path: Path, course: CoursePage) -> list[str]:
    lesson_ids = [
        step.node.pk
        for module in path.modules
        if module.node.course_pk == course.pk
        for step in module.lessons
        if step.state == LessonState.DONE
    ]
    covered = Competency.objects.filter(lessons__in=lesson_ids).distinct().order_by("block__order", "number")
    return list(covered.values_list("title", flat=True))
