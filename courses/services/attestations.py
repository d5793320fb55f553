"""Writes attestations: of a course, on the day its last required lesson is finished; of hours, when she asks."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Sum
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from courses.enums import LessonState
from courses.models import CoursePage
from courses.notices import tell_revoked
from courses.queries.hours import parts_followed
from courses.queries.path import Path
from lms.accounts.models import User
from lms.evidence.models import Attestation, HourEntry
from lms.evidence.queries import MINUTES_BEFORE_HOURS, totals
from lms.evidence.services import issue_attestation, issue_hours_attestation, revoke_attestation
from lms.kit.errors import DomainError
from lms.programmes.models import Competency, Enrolment


class NotYet(DomainError):
    """Too few hours are credited."""


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


def attest_hours(*, enrolment: Enrolment, now: datetime) -> Attestation:
    """Write down the hours followed until today, part by part, for a learner who asks. Idempotent: one a day.

    It says what was followed, not that the training is finished or passed; the paper speaks her language.

    Raises:
        NotYet: fewer than seven hours are credited.
        IssueRefused: that of today was revoked.
    """
    if totals(enrolment).credited < MINUTES_BEFORE_HOURS:
        raise NotYet("not-yet", _("Your first attestation comes after 7 credited hours."))
    with translation.override(enrolment.learner.language):
        paper = _hours_paper(enrolment, now)
    return issue_hours_attestation(enrolment=enrolment, until=timezone.localdate(now), paper=paper, now=now)


def revoke(*, attestation: Attestation, reason: str, actor: User, now: datetime) -> None:
    """Revoke an attestation and tell its holder why. The row says for ever who did it, when and why.

    Raises:
        RevocationRefused: no reason, or revoked before.
    """
    with transaction.atomic():
        revoke_attestation(attestation=attestation, reason=reason, actor=actor, now=now)
        tell_revoked(attestation, actor=actor, now=now)


def _hours_paper(enrolment: Enrolment, now: datetime) -> dict[str, Any]:
    track = enrolment.cohort.track
    parts = parts_followed(enrolment)
    credited = sum(minutes for _title, _language, minutes in parts)
    first = enrolment.hour_entries.order_by("happened_at").values_list("happened_at", flat=True).first() or now
    return _common(enrolment, now) | {
        "course_title": track.name,
        "course_lang": settings.LANGUAGE_CODE,
        "starts_on": min(timezone.localdate(first), timezone.localdate(now)),
        # More may be followed than the track asks for.
        "planned_minutes": max(track.hours * 60, credited),
        "credited_minutes": credited,
        "parts": tuple(parts),
    }


def _common(enrolment: Enrolment, now: datetime) -> dict[str, Any]:
    """What both papers say of the holder and of who signs."""
    learner, partner = enrolment.learner, enrolment.cohort.partner
    provider = partner.provider
    return {
        "lang": "en" if learner.language == "en" else "fr",
        "provider_name": provider.name,
        "provider_nda": provider.activity_number,
        "provider_siret": provider.siret,
        "partner_name": partner.name,
        "person_name": learner.certificate_name or learner.get_full_name(),
        "ends_on": timezone.localdate(now),
        "modality": _("Remote training, online"),
        "assistance": _("Technical and pedagogical help by named people during the whole training"),
        "place": provider.city,
        "issued_on": timezone.localdate(now),
        "signatory_name": provider.signatory_name,
        "signatory_title": provider.signatory_title,
    }


def _paper(path: Path, course: CoursePage, now: datetime) -> dict[str, Any]:
    enrolment = path.enrolment
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
    return _common(enrolment, now) | {
        "course_title": course.title,
        "course_lang": course.language,
        "certification_title": block.version.title if block else "",
        "certification_code": (block.version.rncp_code or block.version.title_code) if block else "",
        "block_title": block.title if block else "",
        "block_code": block.code if block else "",
        "starts_on": min(timezone.localdate(first), timezone.localdate(now)),
        # A lesson shortened since it was credited may not make the paper claim more than was planned.
        "planned_minutes": max(planned, credited),
        "credited_minutes": credited,
        "competencies": tuple(_competencies(path, course)),
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
