"""Makes a lesson of a replay: a draft that editors read over and publish."""

from datetime import datetime

from django.db import transaction
from django.utils.html import format_html, format_html_join, linebreaks
from django.utils.translation import gettext as _
from wagtail.models import Page

from courses.models import LessonPage, ModulePage
from lms.accounts.models import User
from lms.kit.errors import DomainError
from media.services import add_video
from seminars.enums import RecordingState
from seminars.formats.captions import stamp, transcript
from seminars.models import SessionRecording
from seminars.queries.replays import cues_of

from .held import note_change


class PublishingRefused(DomainError):
    """No lesson is made: `not-ready`."""


def publish_lesson(*, recording: SessionRecording, module: ModulePage, actor: User, now: datetime) -> LessonPage:
    """Put a copy of the film, its captions and its transcript into the library, and a draft lesson at the end of
    `module` that holds them; the same recording again gives the same lesson.

    The copy obeys the recording's retention date; the text of the lesson stays.

    Raises:
        PublishingRefused: the replay is not ready.
    """
    with transaction.atomic():
        held = SessionRecording.objects.select_for_update().select_related("session").get(pk=recording.pk)
        if held.state != RecordingState.READY:
            raise PublishingRefused("not-ready", _("The replay is not ready yet."))
        key = f"seminars:{held.public_id}"
        known: LessonPage | None = LessonPage.objects.filter(source_key=key).first()
        if known is not None:
            return known
        session = held.session
        title = _("Replay: %(title)s") % {"title": session.title}
        spoken = transcript(cues_of(held))
        blocks: list[tuple[str, object]] = []
        if session.summary:
            blocks.append(("text", linebreaks(session.summary, autoescape=True)))
        if held.video:
            held.published = add_video(
                stored=str(held.video.name),
                title=title,
                captions=held.captions,
                transcript=spoken,
                seconds=held.seconds,
                actor=actor,
            )
            held.save(update_fields=["published"])
            blocks.append(("video", {"recording": held.published, "title": session.title}))
        if held.chapters:
            blocks.append(("text", _contents(held)))
        if spoken and not held.video:
            blocks.append(
                ("text", format_html("<h2>{}</h2>{}", _("What was said"), linebreaks(spoken, autoescape=True)))
            )
        lesson = LessonPage(
            title=title[:255],
            summary=session.summary,
            planned_minutes=max(1, held.minutes),
            body=blocks,
            source_key=key,
            live=False,
        )
        Page.objects.get(pk=module.pk).add_child(instance=lesson)
        lesson.save_revision(user=actor)
        note_change(session, "replay-published", actor=actor, now=now, lesson=str(lesson.public_id))
    return lesson


def _contents(recording: SessionRecording) -> str:
    rows = ((stamp(chapter["at"])[:8], chapter["title"]) for chapter in recording.chapters)
    listed = format_html_join("", "<li>{}, {}</li>", rows)
    return format_html("<h2>{}</h2><ul>{}</ul>", _("Chapters"), listed)
