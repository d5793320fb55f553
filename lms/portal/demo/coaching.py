"""A believable month of coaching for the demo: diaries, appointments past and to come, reports, goals, contacts."""

import tomllib
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone

from coaching.enums import AppointmentState, Mode, Presence, SeatState, SignerRole
from coaching.models import (
    Appointment,
    AppointmentKind,
    CoachingQuota,
    CohortCoaching,
    ContactLog,
    ContactRule,
    Diary,
    Goal,
    Place,
    PrivateNote,
    RoomPresence,
    Seat,
    WeeklyHours,
)
from coaching.services.reminders import plan_reminders
from coaching.services.reports import NewTask, Wording, write_report
from coaching.services.signatures import sign_report
from coaching.services.tasks import tick_task
from courses.models import LessonPage, Question
from courses.queries.path import path_of
from courses.queries.quizzes import quizzes_in
from courses.services.quizzes import answer_question, start_attempt
from lms.accounts.models import User
from lms.notifications.enums import DeliveryState
from lms.notifications.models import Delivery, Notification
from lms.programmes.models import Cohort, Competency, Enrolment, Partner, Track

from .lessons import HERE
from .responses import response

SOON = timedelta(minutes=10)
HOUR = timedelta(hours=1)
COACH, LEARNER = "clara@example.org", "lina@example.org"
KIND = "Point d’étape"
READ_AFTER = timedelta(days=2)


def load_coaching(
    *, partners: Mapping[str, Partner], tracks: Mapping[str, Track], cohorts: Mapping[str, Cohort], now: datetime
) -> bool:
    """Load the month once; say whether it was missing. Nothing of it is sent by mail: it is all in the past."""
    if AppointmentKind.objects.exists():
        return False
    month = _Month(tomllib.loads((HERE / "coaching.toml").read_text(encoding="utf-8")), now)
    month.settings(partners, tracks, cohorts)
    month.past()
    month.today()
    month.to_come()
    month.words()
    _hush(now)
    return True


def refresh_coaching(*, now: datetime) -> Appointment | None:
    """Give Lina an appointment with Clara in ten minutes when there is none within the hour; None when there is."""
    enrolment = Enrolment.objects.filter(learner__email=LEARNER, coach__email=COACH).first()
    kind = AppointmentKind.objects.filter(name=KIND).first()
    if enrolment is None or enrolment.coach is None or kind is None:
        return None
    soon = Seat.objects.booked().filter(enrolment=enrolment, ends_at__gt=now, starts_at__lte=now + timedelta(hours=1))
    if soon.exists():
        return None
    first = (now + SOON).replace(second=0, microsecond=0)
    for minutes in range(0, 120, 5):
        starts_at = first + timedelta(minutes=minutes)
        if _is_free(enrolment.coach, starts_at, starts_at + timedelta(minutes=kind.minutes)):
            topic = "Mon accueil en cinq minutes."
            return _sit(enrolment, enrolment.coach, kind, starts_at, Mode.ONLINE, now, topic=topic).appointment
    return None


def _is_free(coach: User, starts_at: datetime, ends_at: datetime, learner: User | None = None) -> bool:
    hers = Q(coach=coach) | Q(seats__learner=learner) if learner else Q(coach=coach)
    return not Appointment.objects.live().filter(hers, starts_at__lt=ends_at, ends_at__gt=starts_at).exists()


class _Month:
    """The rows of `coaching.toml`, placed around now."""

    def __init__(self, told: dict[str, Any], now: datetime) -> None:
        self.told = told
        self.now = now
        self.kinds: dict[str, AppointmentKind] = {}
        self.places: dict[int, Place] = {}
        rows = Enrolment.objects.select_related("learner", "coach", "cohort__track")
        self.enrolments = {row.learner.email.partition("@")[0]: row for row in rows}

    def settings(
        self, partners: Mapping[str, Partner], tracks: Mapping[str, Track], cohorts: Mapping[str, Cohort]
    ) -> None:
        """Kinds, places, quotas, rules, and when each coach receives."""
        for order, one in enumerate(self.told["kinds"], 1):
            self.kinds[one["name"]] = AppointmentKind.objects.create(order=order, **one)
        for one in self.told["places"]:
            partner = partners[one.pop("partner")]
            self.places[partner.pk] = Place.objects.create(partner=partner, **one)
        for slug, minutes in self.told["quotas"].items():
            CoachingQuota.objects.create(track=tracks[slug], minutes=minutes)
        for one in self.told["cohorts"]:
            CohortCoaching.objects.create(cohort=cohorts[one.pop("cohort")], **one)
        for signal, threshold in self.told["rules"].items():
            ContactRule.objects.filter(signal=signal).update(threshold=threshold)
        for one in self.told["diaries"]:
            diary = Diary.objects.create(coach=_person(one["coach"]), presentation=one["presentation"])
            for stretch in one["hours"]:
                weekday, starts, ends = stretch.split()
                WeeklyHours.objects.create(diary=diary, weekday=int(weekday), starts=_time(starts), ends=_time(ends))

    def past(self) -> None:
        """Each appointment is met, reported half an hour later, then signed where it is."""
        for one in sorted(self.told["met"], key=lambda row: row["days"]):
            seat = self._seat(one, self._moment(one))
            if one.get("seen"):
                self._seen(seat, one["minutes"])
            self._report(seat, one)

    def today(self) -> None:
        """One appointment this morning whose report is to be written, one this afternoon with somebody new."""
        hour = self.now.replace(minute=0, second=0, microsecond=0)
        for learner, hours, kind in (("youssef", -3, KIND), ("awa", 3, "Premier rendez-vous")):
            seat = self._seat({"learner": learner, "kind": kind, "mode": Mode.ONLINE}, hour + timedelta(hours=hours))
            if hours < 0:
                self._seen(seat, 28)

    def to_come(self) -> None:
        for one in self.told["to_come"]:
            seat = self._seat(one, self._moment(one))
            people = [seat.learner, seat.appointment.coach]
            plan_reminders(appointment=seat.appointment, people=people, now=self.now)

    def words(self) -> None:
        """Goals, contacts, the notes coaches keep to themselves, and a quiz that resists."""
        for learner, text in self.told["goals"].items():
            enrolment = self.enrolments[learner]
            written_at = self.now - timedelta(days=28)
            Goal.objects.create(enrolment=enrolment, text=text, written_by=enrolment.learner, written_at=written_at)
        for one in self.told["contacts"]:
            at = self.now + timedelta(days=one["days"], hours=-2)
            ContactLog.objects.create(
                enrolment=self.enrolments[one["learner"]],
                author=_person(one.get("coach", "clara")),
                channel=one["channel"],
                text=one["text"],
                at=at,
            )
        for one in self.told["notes"]:
            PrivateNote.objects.create(
                enrolment=self.enrolments[one["learner"]],
                author=_person(one.get("coach", "clara")),
                text=one["text"],
                written_at=self.now + timedelta(days=one["days"], hours=-1),
            )
        _stumble(self.enrolments["thi-mai"], self.now - timedelta(hours=20))

    def _moment(self, one: Mapping[str, Any]) -> datetime:
        zone = timezone.get_default_timezone()
        day = _working_day(timezone.localdate(self.now, zone) + timedelta(days=one["days"]), one["days"])
        return datetime.combine(day, _time(one["at"]), tzinfo=zone)

    def _seat(self, one: Mapping[str, Any], starts_at: datetime) -> Seat:
        enrolment = self.enrolments[one["learner"]]
        kind = self.kinds[one["kind"]]
        place = self.places[enrolment.cohort.partner_id] if one["mode"] == Mode.PLACE else None
        coach = _person(one.get("coach", "clara"))
        # A day that leaves the week-end may find its hour taken: the next free one is as good.
        length = timedelta(minutes=kind.minutes)
        while not _is_free(coach, starts_at, starts_at + length, enrolment.learner):
            starts_at += HOUR
        booked_at = min(self.now, starts_at) - timedelta(days=3)
        topic = one.get("topic", "")
        return _sit(enrolment, coach, kind, starts_at, Mode(one["mode"]), booked_at, topic=topic, place=place)

    def _seen(self, seat: Seat, minutes: int) -> None:
        left_at = seat.starts_at + timedelta(minutes=minutes)
        for person in (seat.learner, seat.appointment.coach):
            RoomPresence.objects.create(
                appointment=seat.appointment, person=person, joined_at=seat.starts_at, seen_at=left_at, left_at=left_at
            )

    def _report(self, seat: Seat, one: Mapping[str, Any]) -> None:
        block = seat.enrolment.cohort.track.block_id
        wording = Wording(
            presence=Presence(one.get("presence", Presence.ATTENDED)),
            coach_presence=Presence.ATTENDED,
            minutes=one.get("minutes", 0),
            covered=one.get("covered", ""),
            learnt=one.get("learnt", ""),
            difficulty=one.get("difficulty", ""),
            next_step=one["next_step"],
            competencies=list(Competency.objects.filter(block=block, number__in=one.get("competencies", []))),
            is_shared=one.get("shared", True),
        )
        coach, now = seat.appointment.coach, seat.ends_at + timedelta(minutes=20)
        tasks = [self._task(words, seat) for words in one.get("tasks", [])]
        report = write_report(seat=seat, base=0, wording=wording, tasks=tasks, actor=coach, now=now)
        for task in report.tasks.all() if one.get("done") else ():
            tick_task(task=task, is_done=True, actor=seat.learner, now=now + timedelta(days=3))
        if seat.enrolment.cohort.coaching.is_countersigned and report.is_shared:
            sign_report(report=report, number=1, person=coach, role=SignerRole.COACH, now=now)
            if one.get("signed"):
                later = now + timedelta(hours=2)
                sign_report(report=report, number=1, person=seat.learner, role=SignerRole.LEARNER, now=later)

    def _task(self, words: str, seat: Seat) -> NewTask:
        """“learner 6 Relire la fiche”: who, in how many days, what."""
        owner, days, text = words.split(" ", 2)
        due_on = timezone.localdate(seat.starts_at) + timedelta(days=int(days))
        return NewTask(text, SignerRole(owner), due_on)


def _sit(
    enrolment: Enrolment,
    coach: User,
    kind: AppointmentKind,
    starts_at: datetime,
    mode: Mode,
    booked_at: datetime,
    *,
    topic: str = "",
    place: Place | None = None,
) -> Seat:
    """An appointment as it stands once booked, without the mails of a booking."""
    ends_at = starts_at + timedelta(minutes=kind.minutes)
    appointment = Appointment.objects.create(
        coach=coach,
        kind=kind,
        starts_at=starts_at,
        ends_at=ends_at,
        mode=mode,
        place=place,
        state=AppointmentState.CONFIRMED,
        capacity=kind.capacity,
        seats_taken=1,
        created_by=enrolment.learner,
        created_at=booked_at,
    )
    return Seat.objects.create(
        appointment=appointment,
        enrolment=enrolment,
        learner=enrolment.learner,
        starts_at=starts_at,
        ends_at=ends_at,
        state=SeatState.BOOKED,
        topic=topic,
        booked_by=enrolment.learner,
        booked_at=booked_at,
    )


def _stumble(enrolment: Enrolment, at: datetime) -> None:
    """Three attempts at the same quiz, none of them passed."""
    steps = [step for step in path_of(enrolment, timezone.localdate(at)).steps if step.is_open and step.state != "done"]
    lessons = LessonPage.objects.in_bulk([step.node.pk for step in steps])
    found = ((lessons[step.node.pk], spec) for step in steps for spec in quizzes_in(lessons[step.node.pk]))
    lesson, spec = next(found)
    for rank in range(3):
        moment = at + timedelta(minutes=20 * rank)
        attempt = start_attempt(enrolment=enrolment, lesson=lesson, spec=spec, now=moment)
        questions = Question.objects.prefetch_related("answers").in_bulk(attempt.question_ids)
        for pk in attempt.question_ids:
            answer_question(
                attempt=attempt,
                question=questions[pk],
                response=response(questions[pk], right=False),
                actor=enrolment.learner,
                now=moment,
            )


def _hush(now: datetime) -> None:
    """The month is over: no mail of it leaves, and the older news are read."""
    told = Notification.objects.filter(kind__startswith="coaching.")
    Delivery.objects.filter(notification__in=told, state=DeliveryState.PENDING).update(
        state=DeliveryState.SKIPPED, finished_at=now
    )
    told.filter(created_at__lt=now - READ_AFTER).update(read_at=now)


def _person(key: str) -> User:
    found: User = User.objects.get(email=f"{key}@example.org")
    return found


def _working_day(day: date, direction: int) -> date:
    """Saturdays and Sundays move away from today."""
    while day.weekday() > 4:
        day += timedelta(days=1 if direction > 0 else -1)
    return day


def _time(told: str) -> time:
    hour, minute = told.split(":")
    return time(int(hour), int(minute))
