"""Live seminars for the demo: one that is over, with replay and attendance, one tomorrow, one to be opened now."""

import io
import json
import shutil
import struct
import tomllib
from datetime import UTC, datetime, time, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import typst
from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from PIL import Image

from courses.models import AcademyHomePage, CoursePage
from lms.accounts.models import User
from lms.kit.ids import uuid7
from lms.kit.pdf import render
from lms.notifications.enums import DeliveryState
from lms.notifications.models import Delivery, Notification
from seminars.enums import RoomRole, SessionState
from seminars.formats.captions import webvtt
from seminars.models import (
    Caption,
    Deck,
    LiveSession,
    Registration,
    RunSheetItem,
    SeminarSeriesPage,
    SeriesSpeaker,
    SessionRecording,
    SessionStaff,
    Slide,
    Stay,
    SurveyAnswer,
)
from seminars.queries.replays import chapters_of, cues_of
from seminars.queries.sight import enrolment_for
from seminars.services import breakouts, chat, polls, questions, recording, room, slides, staff
from seminars.services.registration import plan_reminders
from seminars.services.signatures import sign

from .lessons import HERE

HOST, PRESENTER, MODERATOR = "clara", "karim", "mona"
HOUR = timedelta(hours=1)
SOON = timedelta(minutes=10)
PIXELS_AN_INCH = 102
"""A page of 320 mm is then 1280 pixels wide."""


def load_seminars(*, now: datetime) -> bool:
    """Load the three sessions once; say whether they were missing. What is told in the past leaves no mail."""
    if SeminarSeriesPage.objects.exists():
        return False
    told = tomllib.loads((HERE / "seminars.toml").read_text(encoding="utf-8"))
    series = _series(told["series"])
    _Past(told["past"], series, now).happen()
    tomorrow = timezone.localdate(now) + timedelta(days=1)
    _announced(told["tomorrow"], series, timezone.make_aware(datetime.combine(tomorrow, time(18))), now)
    _hush(now)
    return True


def refresh_seminars(*, now: datetime) -> LiveSession | None:
    """Announce a session that Clara can open at once, when none is to come within the hour; None when one is."""
    series = SeminarSeriesPage.objects.filter(slug="mardis-de-la-mediation").first()
    near = Q(state=SessionState.LIVE) | Q(state=SessionState.ANNOUNCED, starts_at__lte=now + HOUR, ends_at__gt=now)
    if series is None or LiveSession.objects.filter(near, series=series).exists():
        return None
    told = tomllib.loads((HERE / "seminars.toml").read_text(encoding="utf-8"))["now"]
    session = _announced(told, series, (now + SOON).replace(second=0, microsecond=0), now)
    deck = _deck(session, told, now)
    slides.turn(session=session, deck=deck.public_id, page=1, actor=_person(HOST), now=now)
    poll = told["poll"]
    polls.prepare_poll(
        session=session,
        question=poll["question"],
        choices=poll["choices"],
        right=[],
        multiple=False,
        actor=_person(HOST),
        now=now,
    )
    breakouts.prepare_round(session=session, **told["groups"], actor=_person(HOST), now=now)
    _hush(now)
    return session


def _series(told: dict[str, Any]) -> SeminarSeriesPage:
    page = SeminarSeriesPage(
        **{name: told[name] for name in ("title", "slug", "introduction", "programme", "objectives")},
        course=CoursePage.objects.first(),
    )
    for speaker in told["speakers"]:
        person = User.objects.filter(display_name=speaker["name"]).first()
        page.speakers.add(SeriesSpeaker(**speaker, person=person))
    home = AcademyHomePage.objects.get()
    home.add_child(instance=page)
    page.save_revision(user=_person("ed")).publish()
    return page


def _announced(told: dict[str, Any], series: SeminarSeriesPage, starts_at: datetime, now: datetime) -> LiveSession:
    session = _session(told, series, starts_at)
    RunSheetItem.objects.bulk_create(
        RunSheetItem(session=session, order=order, **item) for order, item in enumerate(told["run_sheet"], 1)
    )
    plan_reminders(_register(session, told["people"], now), now=now)
    staff.plan_reminders(staff.staff_of(session), now=now)
    return session


def _session(told: dict[str, Any], series: SeminarSeriesPage, starts_at: datetime) -> LiveSession:
    session = LiveSession.objects.create(
        series=series,
        title=told["title"],
        summary=told["summary"],
        starts_at=starts_at,
        ends_at=starts_at + HOUR,
        state=SessionState.ANNOUNCED,
        is_recorded=True,
    )
    roles = {HOST: RoomRole.HOST, PRESENTER: RoomRole.PRESENTER, MODERATOR: RoomRole.MODERATOR}
    SessionStaff.objects.bulk_create(
        SessionStaff(session=session, person=_person(key), role=role) for key, role in roles.items()
    )
    return session


def _register(session: LiveSession, keys: list[str], at: datetime) -> list[Registration]:
    people = [_person(key) for key in keys]
    return Registration.objects.bulk_create(
        Registration(
            session=session,
            person=person,
            enrolment=enrolment_for(person, session),
            registered_at=at,
            seated_at=at,
            registered_by=person,
            consents_to_recording=True,
            consented_at=at,
        )
        for person in people
    )


def _deck(session: LiveSession, told: dict[str, Any], at: datetime) -> Deck:
    """A PDF with its pages, as the worker would have made them of it."""
    data = {"slides": told["slides"]}
    pdf = render(
        "lms.portal.demo:slides",
        data,
        lang="fr",
        title=told["title"],
        created=at.astimezone(UTC).replace(microsecond=0),
    )
    inputs = {"lang": "fr", "title": told["title"], "data": json.dumps(data, ensure_ascii=False)}
    source = HERE / "typst" / "slides.typ"
    pages: Any = typst.compile(source, format="png", ppi=PIXELS_AN_INCH, sys_inputs=inputs)
    deck = Deck.objects.create(
        session=session,
        title=told["title"],
        file=ContentFile(pdf, name="diapositives.pdf"),
        added_by=_person(HOST),
        added_at=at,
        ready_at=at,
    )
    for number, (page, slide) in enumerate(zip(pages, told["slides"], strict=True), 1):
        picture, written = Image.open(io.BytesIO(page)).convert("RGB"), io.BytesIO()
        picture.save(written, "WEBP", quality=80, method=0)
        Slide.objects.create(
            deck=deck,
            number=number,
            image=ContentFile(written.getvalue(), name=f"page-{number}.webp"),
            width=picture.width,
            height=picture.height,
            text="\n".join([slide["title"], *slide["lines"]]),
        )
    return deck


class _Past:
    """The session that is over: what happened in it, by the services that it happens by."""

    def __init__(self, told: dict[str, Any], series: SeminarSeriesPage, now: datetime) -> None:
        day = timezone.localdate(now) - timedelta(days=told["days_ago"])
        self.told = told
        self.begins = timezone.make_aware(datetime.combine(day, time(18)))
        self.recorded = self.begins + timedelta(minutes=told["recorded_after_minutes"])
        self.session = _session(told, series, self.begins)
        self.host = _person(HOST)

    def happen(self) -> None:
        told, session = self.told, self.session
        people = told["people"]
        _register(session, list(people), self.begins - timedelta(days=4))
        deck = _deck(session, told, self.begins - timedelta(days=1))
        room.open_room(session=session, actor=self.host, now=self.begins - timedelta(minutes=8))
        session.refresh_from_db()
        self._turned(deck, [turn for turn in told["turns"] if turn["at"] < 0])
        begun = recording.start(session=session, actor=self.host, now=self.recorded)
        self._turned(deck, [turn for turn in told["turns"] if turn["at"] >= 0])
        self._said()
        self._voted()
        recording.stop(session=session, now=self._at(told["recorded_seconds"]), actor=self.host)
        self._came(people)
        room.end_room(session=session, actor=self.host, now=session.ends_at + timedelta(minutes=1))
        self._signed([key for key, stays in people.items() if stays])
        self._thought()
        self._replay(begun)

    def _turned(self, deck: Deck, turns: list[dict[str, Any]]) -> None:
        for turn in turns:
            at = self._at(turn["at"])
            slides.turn(session=self.session, deck=deck.public_id, page=turn["page"], actor=self.host, now=at)

    def _said(self) -> None:
        session = self.session
        Caption.objects.bulk_create(
            Caption(session=session, speaker=one["speaker"], text=one["text"], at=self._at(one["at"]), author=self.host)
            for one in self.told["captions"]
        )
        for one in self.told["chat"]:
            author, at = _person(one["by"]), self._at(one["at"])
            chat.say(session=session, actor=author, role=RoomRole.PARTICIPANT, text=one["text"], key=uuid7(), now=at)
        for one in self.told["questions"]:
            at = self._at(one["at"])
            asked = questions.ask(session=session, text=one["text"], key=uuid7(), actor=_person(one["by"]), now=at)
            for key in one["votes"]:
                questions.vote(session=session, question=asked.public_id, wanted=True, actor=_person(key), now=at)
            questions.answer(
                session=session,
                question=asked.public_id,
                text=one.get("answer", ""),
                live=one.get("live", False),
                actor=_person(one["by_staff"]),
                now=at + timedelta(minutes=10),
            )

    def _voted(self) -> None:
        session, told, at = self.session, self.told["poll"], self._at(self.told["poll"]["at"])
        poll = polls.prepare_poll(
            session=session,
            question=told["question"],
            choices=told["choices"],
            right=[],
            multiple=False,
            actor=self.host,
            now=at,
        )
        polls.open_poll(session=session, poll=poll.public_id, actor=self.host, now=at)
        choices = list(poll.choices.order_by("order"))
        for key, place in told["answers"].items():
            chosen = [choices[place - 1].public_id]
            polls.answer_poll(session=session, poll=poll.public_id, choices=chosen, actor=_person(key), now=at)
        polls.show_poll(session=session, poll=poll.public_id, shown=True, actor=self.host, now=at)
        polls.close_poll(session=session, poll=poll.public_id, actor=self.host, now=at)

    def _came(self, people: dict[str, list[list[int]]]) -> None:
        staff = {key: [[-8, 61]] for key in (HOST, PRESENTER, MODERATOR)}
        Stay.objects.bulk_create(
            Stay(
                session=self.session,
                person=_person(key),
                joined_at=self.begins + timedelta(minutes=came),
                seen_at=self.begins + timedelta(minutes=went),
                left_at=self.begins + timedelta(minutes=went),
            )
            for key, stays in {**staff, **people}.items()
            for came, went in stays
        )

    def _signed(self, keys: list[str]) -> None:
        from seminars.queries.attendance import halves_of

        self.session.refresh_from_db()
        at = self.session.ends_at + timedelta(minutes=20)
        for part in halves_of(self.session):
            # One of them has not: the sheet shows the gap.
            for key in [HOST, PRESENTER, *keys[:-1]]:
                sign(session=self.session, person=_person(key), day=part.day, half=part.half, now=at)

    def _thought(self) -> None:
        SurveyAnswer.objects.bulk_create(
            SurveyAnswer(
                session=self.session,
                person=_person(one["by"]),
                useful=one["marks"][0],
                clear=one["marks"][1],
                comfortable=one["marks"][2],
                words=one["words"],
                at=self.session.ends_at + HOUR,
            )
            for one in self.told["survey"]
        )

    def _replay(self, begun: SessionRecording) -> None:
        """Chapters and captions at once; the worker makes the film of what Janus would have written."""
        begun.refresh_from_db()
        seconds = self.told["recorded_seconds"]
        begun.seconds, begun.chapters = seconds, chapters_of(begun)
        begun.captions = webvtt(cues_of(begun), until=seconds)
        begun.ready_at = self.session.ends_at + HOUR
        begun.save()
        folder, first = recording.folder_of(begun), self._at(3)
        for name, line in (("voix.mjr", "audio-0"), ("camera.mjr", "video-1")):
            target = folder / f"videoroom-{self.session.public_id}-user-{HOST}-1-{line}.mjr"
            transaction.on_commit(partial(_recorded, HERE / "seminar" / name, target, first))

    def _at(self, seconds: float) -> datetime:
        return self.recorded + timedelta(seconds=seconds)


def _recorded(source: Path, target: Path, first_frame: datetime) -> None:
    """A copy of a file of Janus whose first frame came at another instant."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with source.open("rb") as file, target.open("wb") as written:
        magic = file.read(8)
        (length,) = struct.unpack("!H", file.read(2))
        header = json.loads(file.read(length))
        moment = int(first_frame.timestamp() * 1_000_000)
        told = json.dumps(header | {"s": moment, "u": moment}).encode()
        written.write(magic + struct.pack("!H", len(told)) + told)
        shutil.copyfileobj(file, written)


def _person(key: str) -> User:
    found: User = User.objects.get(email=f"{key}@example.org")
    return found


def _hush(now: datetime) -> None:
    """No mail leaves of what is told in the past; the list keeps it, read but for the last day's."""
    told = Notification.objects.filter(kind__startswith="seminars.")
    Delivery.objects.filter(notification__in=told, state=DeliveryState.PENDING).update(
        state=DeliveryState.SKIPPED, finished_at=now
    )
    told.filter(created_at__lt=now - timedelta(days=1), read_at=None).update(read_at=F("created_at"))
