"""Attendance as papers and tables say it: one émargement sheet for each cohort, one row for each person."""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from lms.accounts.zones import zone_label
from lms.programmes.models import Cohort
from lms.programmes.queries import provider
from seminars.models import HalfDaySignature, LiveSession, Registration
from seminars.papers import AttendanceSheet, SheetLine, TrainerLine
from seminars.presence import HalfDayPart
from seminars.queries.attendance import Attendee, SignedHalf, Trainer, attendees, halves_of, trainers_of


def sheets_of(session: LiveSession, registrations: QuerySet[Registration], now: dt.datetime) -> list[AttendanceSheet]:
    """One sheet for each cohort, guests without a contract last; times are those of the session's zone.

    Expects registrations that the reader may see. Where there are none, one sheet without a learner.
    """
    rows = attendees(
        session,
        registrations.select_related(
            "enrolment__cohort__partner__provider", "enrolment__cohort__track__block__version"
        ),
        now,
    )
    trainers = trainers_of(session)
    cohorts: dict[int | None, tuple[Cohort | None, list[Attendee]]] = {}
    for one in rows:
        cohort = one.enrolment.cohort if one.enrolment else None
        cohorts.setdefault(cohort.pk if cohort else None, (cohort, []))[1].append(one)
    groups = sorted(cohorts.values(), key=lambda group: (group[0] is None, group[0].name if group[0] else ""))
    return [_sheet(session, cohort, people, trainers, now) for cohort, people in groups or [(None, [])]]


def export_header(session: LiveSession) -> list[str]:
    return [
        _("Seminar"),
        _("Cohort"),
        _("Person"),
        _("First in"),
        _("Last out"),
        _("Minutes present"),
        _("Minutes that rest on a last sign of life"),
        _("Presence asked (%)"),
        _("Verdict"),
        _("Minutes that count"),
        _("Reason of a correction"),
        *(half_label(part) for part in halves_of(session)),
    ]


def export_rows(session: LiveSession, people: Iterable[Attendee]) -> Iterator[list[Any]]:
    """Numbers as numbers, instants as instants; signatures by their date."""
    for one in people:
        yield [
            session.title,
            one.enrolment.cohort.name if one.enrolment else "",
            one.person.get_full_name(),
            one.presence.first_in,
            one.presence.last_out,
            one.present_minutes,
            one.presence.uncertain_seconds // 60,
            one.threshold,
            str(one.verdict.label),
            one.counted_minutes,
            one.correction.reason if one.correction else "",
            *(half.signature.signed_at if half.signature else None for half in one.halves),
        ]


def half_label(part: HalfDayPart) -> str:
    """“10/03/2026, morning”."""
    return f"{date_format(part.day, 'd/m/Y')}, {part.half.label.lower()}"


def _sheet(
    session: LiveSession,
    cohort: Cohort | None,
    people: Sequence[Attendee],
    trainers: Sequence[Trainer],
    now: dt.datetime,
) -> AttendanceSheet:
    zone = ZoneInfo(session.time_zone)
    starts, ends = session.starts_at.astimezone(zone), session.ends_at.astimezone(zone)
    answering = cohort.partner.provider if cohort else provider()
    version = cohort.track.block.version if cohort else None
    return AttendanceSheet(
        lang="en" if (get_language() or "fr").startswith("en") else "fr",
        provider_name=answering.name if answering else "",
        provider_nda=answering.activity_number if answering else "",
        partner_name=cohort.partner.name if cohort else "",
        funder_name=cohort.funder.name if cohort and cohort.funder else "",
        action_title=f"{version.title}, {cohort.track.block}" if version and cohort else session.series.title,
        track_name=cohort.track.name if cohort else "",
        cohort_name=cohort.name if cohort else "",
        module=session.series.title,
        session_title=session.title,
        starts=starts.replace(tzinfo=None),
        ends=ends.replace(tzinfo=None),
        planned_minutes=session.minutes,
        zone=f"{zone_label(session.time_zone)} ({session.time_zone}, {_offset(starts)})",
        place=settings.SITE_URL + reverse("seminars:room", args=[session.public_id]),
        halves=tuple(half_label(part) for part in halves_of(session)),
        trainers=tuple(
            TrainerLine(one.person.get_full_name(), str(one.role.label), _signatures(one.halves, zone))
            for one in trainers
        ),
        lines=tuple(_line(one, session, zone) for one in people),
        is_final=session.is_over,
        printed=now.astimezone(zone).replace(tzinfo=None),
    )


def _line(one: Attendee, session: LiveSession, zone: ZoneInfo) -> SheetLine:
    counted = one.counted_minutes
    return SheetLine(
        name=one.person.certificate_name or one.person.get_full_name(),
        first_in=_stamp(one.presence.first_in, session, zone),
        last_out=_stamp(one.presence.last_out, session, zone),
        present_minutes=one.present_minutes,
        counted_minutes=-1 if counted is None else counted,
        verdict=str(one.verdict.label),
        notes=tuple(_notes(one, session, zone)),
        signatures=_signatures(one.halves, zone),
    )


def _notes(one: Attendee, session: LiveSession, zone: ZoneInfo) -> Iterator[str]:
    """What is uncertain, missing or was corrected: said, not hidden."""
    if one.presence.ends_uncertain:
        yield _("Seen for the last time at %(time)s; no goodbye was received.") % {
            "time": _stamp(one.presence.last_out, session, zone)
        }
    if one.presence.gaps:
        spans = [f"{_stamp(start, session, zone)}-{_stamp(end, session, zone)}" for start, end in one.presence.gaps[:5]]
        more = len(one.presence.gaps) - len(spans)
        yield _("Away: %(spans)s") % {"spans": ", ".join(spans)} + (f" (+{more})" if more else "")
    for correction in one.corrections:
        yield _("Corrected to %(minutes)d min by %(name)s on %(day)s: %(reason)s") % {
            "minutes": correction.minutes,
            "name": correction.author.get_full_name(),
            "day": date_format(correction.at.astimezone(zone), "d/m/Y"),
            "reason": correction.reason,
        }


def _signatures(halves: Iterable[SignedHalf], zone: ZoneInfo) -> tuple[str, ...]:
    return tuple(_signature(half.signature, zone) for half in halves)


def _signature(signature: HalfDaySignature | None, zone: ZoneInfo) -> str:
    if signature is None:
        return ""
    signed = signature.signed_at.astimezone(zone)
    seal = f"{signature.digest[:4]} {signature.digest[4:8]}"
    return _("Signed on %(day)s at %(time)s, seal %(seal)s") % {
        "day": date_format(signed, "d/m/Y"),
        "time": f"{signed:%H:%M:%S}",
        "seal": seal,
    }


def _stamp(moment: dt.datetime | None, session: LiveSession, zone: ZoneInfo) -> str:
    if moment is None:
        return ""
    there = moment.astimezone(zone)
    day = f"{date_format(there, 'd/m/Y')} " if there.date() != session.starts_at.astimezone(zone).date() else ""
    return f"{day}{there:%H:%M:%S}"


def _offset(moment: dt.datetime) -> str:
    written = f"{moment:%z}"
    return f"UTC{written[:3]}:{written[3:]}"
