"""What a replay shows: chapters, and beside the film what was said, written, asked and answered at that moment."""

from bisect import bisect_right
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core.files.storage import default_storage
from django.db.models import Count, Prefetch, Q, QuerySet
from django.urls import reverse

from seminars.enums import RecordingState
from seminars.formats.captions import Cue
from seminars.models import (
    ChatMessage,
    LiveSession,
    Question,
    Registration,
    ReplayWatching,
    SessionPoll,
    SessionPollChoice,
    SessionRecording,
    Slide,
)

SHORTEST_CHAPTER = 5.0
"""Seconds: a page that was only passed by is no chapter."""
LONGEST_HOURS = 8
SEEN = (RecordingState.READY, RecordingState.FAILED)


@dataclass(frozen=True, slots=True)
class Choice:
    text: str
    votes: int
    percent: int
    is_right: bool


@dataclass(frozen=True, slots=True)
class Moment:
    """One thing that happened, `at` seconds from the start. `kind`: caption, message, question, answer, poll."""

    at: int
    kind: str
    text: str
    name: str | None = None
    """Who; None where it does not matter, "" where she did not want her name in the recording."""
    choices: tuple[Choice, ...] = ()
    votes: int = 0

    @property
    def stamp(self) -> str:
        return _stamp(self.at)


@dataclass(slots=True)
class Chapter:
    at: int
    title: str
    page: int
    image: str
    text: str
    moments: list[Moment] = field(default_factory=list)

    @property
    def stamp(self) -> str:
        return _stamp(self.at)


@dataclass(frozen=True, slots=True)
class Source:
    """One way of following the film: "full", "light" or "sound", and its bytes."""

    kind: str
    name: str
    size: int
    url: str


@dataclass(frozen=True, slots=True)
class Replay:
    recording: SessionRecording
    chapters: list[Chapter]
    sources: list[Source]
    number: int
    """Its place among the recordings of the session, from 1."""
    count: int


def replays_of(session: LiveSession) -> QuerySet[SessionRecording]:
    """Those that can be followed, with or without a film; one that is made again stays as it was meanwhile."""
    again = Q(state=RecordingState.WAITING, ready_at__isnull=False)
    return session.recordings.filter(Q(state__in=SEEN) | again).order_by("started_at")


def replay_of(session: LiveSession, number: int) -> Replay | None:
    """One replay with all that stands beside it; the first one where there is no such number. Queries: eight."""
    found = list(replays_of(session))
    if not found:
        return None
    number = number if 1 <= number <= len(found) else 1
    recording = found[number - 1]
    chapters = _chapters(session, recording)
    starts = [chapter.at for chapter in chapters]
    for moment in moments_of(recording):
        chapters[max(0, bisect_right(starts, moment.at) - 1)].moments.append(moment)
    return Replay(recording, chapters, sources_of(session, recording), number, len(found))


def watching_of(recording: SessionRecording, person: Any) -> ReplayWatching | None:
    """What somebody has seen of it."""
    return ReplayWatching.objects.filter(recording=recording, enrolment__learner=person).order_by("-seen_at").first()


# --- For the worker ---------------------------------------------------------------------------------------------------


def seconds_of(recording: SessionRecording) -> float:
    """How long it was recorded."""
    ended = recording.stopped_at or recording.started_at
    return min((ended - recording.started_at).total_seconds(), LONGEST_HOURS * 3600.0)


def pages_shown(recording: SessionRecording) -> list[tuple[float, Slide | None]]:
    """Which page was on stage from which second on; the one that was there already begins at 0."""
    turns = recording.session.slide_turns.order_by("at", "pk")
    slides = {
        (slide.deck_id, slide.number): slide
        for slide in Slide.objects.filter(deck__session=recording.session).select_related("deck")
    }
    shown: list[tuple[float, Slide | None]] = []
    for turn in turns:
        at = _second(recording, turn.at)
        if recording.stopped_at and turn.at >= recording.stopped_at:
            break
        if at <= 0:
            shown = [(0.0, slides.get((turn.deck_id, turn.page)))]
        else:
            shown.append((at, slides.get((turn.deck_id, turn.page))))
    return shown


def chapters_of(recording: SessionRecording) -> list[dict[str, Any]]:
    """A chapter for each page that stayed a while; the same page again is no new chapter."""
    shown = [(at, slide) for at, slide in pages_shown(recording) if slide is not None]
    kept: list[dict[str, Any]] = []
    for rank, (at, slide) in enumerate(shown):
        following = shown[rank + 1][0] if rank + 1 < len(shown) else None
        if following is not None and following - at < SHORTEST_CHAPTER:
            continue
        chapter = {
            "at": 0 if not kept and at < SHORTEST_CHAPTER else int(at),
            "title": title_of(slide),
            "page": slide.number,
            "deck": str(slide.deck.public_id),
        }
        if not kept or (kept[-1]["deck"], kept[-1]["page"]) != (chapter["deck"], chapter["page"]):
            kept.append(chapter)
    return kept


def title_of(slide: Slide) -> str:
    """The first line of what a page says."""
    first = next((line.strip() for line in slide.text.splitlines() if line.strip()), "")
    return first[:120] or f"{slide.deck.title}, {slide.number}"


def cues_of(recording: SessionRecording) -> list[Cue]:
    """Those of the file that was given for it, else those typed in its time."""
    if recording.given_cues:
        ended = seconds_of(recording)
        return [Cue(**told) for told in recording.given_cues if told["start"] < ended]
    captions = recording.session.captions.filter(at__gte=recording.started_at)
    if recording.stopped_at:
        captions = captions.filter(at__lt=recording.stopped_at)
    return [
        Cue(
            _second(recording, caption.at),
            _second(recording, caption.until) if caption.until else None,
            caption.text,
            caption.speaker,
        )
        for caption in captions
    ]


# --- For the page -----------------------------------------------------------------------------------------------------


def moments_of(recording: SessionRecording) -> list[Moment]:
    """Everything that happened while it was recorded, in order. What groups said among themselves is theirs, and what
    somebody wrote who does not want to be recorded is hers."""
    session = recording.session
    shy = Registration.objects.filter(session=session, consents_to_recording=False).values("person")
    moments = [Moment(int(cue.start), "caption", cue.text, cue.speaker or None) for cue in cues_of(recording)]
    said = ChatMessage.objects.filter(session=session, breakout=None, deleted_at=None).exclude(author__in=shy)
    moments += [
        Moment(_whole(recording, message.at), "message", message.text, message.author.get_full_name())
        for message in _during(said.select_related("author"), recording)
    ]
    asked = Question.objects.filter(session=session, dismissed_at=None).exclude(author__in=shy)
    for question in _during(asked.select_related("author", "answered_by"), recording):
        at = _whole(recording, question.at)
        moments.append(Moment(at, "question", question.text, question.author.get_full_name(), votes=question.votes))
        if question.answer:
            who = question.answered_by.get_full_name() if question.answered_by else None
            moments.append(Moment(at, "answer", question.answer, who))
    shown = polls_of(session).filter(shown_at__isnull=False)
    for poll in _during(shown, recording, "opened_at"):
        at = _whole(recording, poll.opened_at)
        moments.append(Moment(at, "poll", poll.question, choices=results_of(poll)))
    order = ("caption", "message", "question", "answer", "poll")
    return sorted(moments, key=lambda moment: (moment.at, order.index(moment.kind)))


def polls_of(session: LiveSession) -> QuerySet[SessionPoll]:
    """Those that were asked, with their choices and how many chose each."""
    counted = SessionPollChoice.objects.annotate(votes=Count("answers"))
    voters = Count("answers__person", distinct=True)
    asked = session.polls.filter(opened_at__isnull=False).annotate(voters=voters)
    return asked.prefetch_related(Prefetch("choices", queryset=counted))


def results_of(poll: Any) -> tuple[Choice, ...]:
    """The choices of a poll of `polls_of` with their votes; the share is of those who voted."""
    return tuple(
        Choice(
            choice.text, choice.votes, round(100 * choice.votes / poll.voters) if poll.voters else 0, choice.is_right
        )
        for choice in poll.choices.all()
    )


def sources_of(session: LiveSession, recording: SessionRecording) -> list[Source]:
    """The files that can be followed, the most complete first."""
    if not (recording.video or recording.audio):
        return []
    home = str((recording.video or recording.audio).name).rpartition("/")[0]
    wanted = [("full", "480p.mp4"), ("light", "240p.mp4"), ("sound", "sound.m4a")]
    return [
        Source(kind, name, default_storage.size(f"{home}/{name}"), _file_url(session, recording, name))
        for kind, name in wanted
        if default_storage.exists(f"{home}/{name}")
    ]


def playlist_url(session: LiveSession, recording: SessionRecording) -> str:
    return _file_url(session, recording, "master.m3u8") if recording.playlist else ""


def _file_url(session: LiveSession, recording: SessionRecording, name: str) -> str:
    return reverse("seminars:replay-file", args=[session.public_id, recording.public_id, name])


def _chapters(session: LiveSession, recording: SessionRecording) -> list[Chapter]:
    texts = {
        (str(slide.deck.public_id), slide.number): slide.text
        for slide in Slide.objects.filter(deck__session=session).select_related("deck")
    }
    chapters = [
        Chapter(
            at=told["at"],
            title=told["title"],
            page=told["page"],
            image=reverse("seminars:slide", args=[session.public_id, told["deck"], told["page"]]),
            text=texts[told["deck"], told["page"]],
        )
        for told in recording.chapters
        if (told["deck"], told["page"]) in texts
    ]
    if not chapters or chapters[0].at > 0:
        chapters.insert(0, Chapter(at=0, title="", page=0, image="", text=""))
    return chapters


def _during(rows: QuerySet[Any], recording: SessionRecording, when: str = "at") -> QuerySet[Any]:
    rows = rows.filter(**{f"{when}__gte": recording.started_at})
    return rows.filter(**{f"{when}__lt": recording.stopped_at}) if recording.stopped_at else rows


def _second(recording: SessionRecording, at: datetime) -> float:
    return (at - recording.started_at).total_seconds()


def _whole(recording: SessionRecording, at: datetime) -> int:
    return max(0, int(_second(recording, at)))


def _stamp(seconds: int) -> str:
    """As players write it: “1:02:03”, “4:05”."""
    minutes, second = divmod(seconds, 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours}:{minute:02d}:{second:02d}" if hours else f"{minute}:{second:02d}"
