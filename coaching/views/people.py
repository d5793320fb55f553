"""One learner, for those who coach her: her file, and what is written in it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from coaching import rules
from coaching.enums import ContactChannel, SignerRole
from coaching.forms.desk import ContactForm, MessageForm, NewTaskForm, NoteForm
from coaching.models import PrivateNote
from coaching.queries.learners import appointments_to_come, follow_up_of, notes_of, timeline
from coaching.queries.messages import templates_for, written_for
from coaching.queries.quota import quota_of
from coaching.queries.signals import active_rules, standings
from coaching.questions import FIRST_MEETING
from coaching.services.contacts import ContactRefused, log_contact, send_message, write_note
from coaching.services.tasks import add_task
from lms.accounts.requests import SignedInRequest
from lms.kit import htmx
from lms.programmes.models import Enrolment


@login_required
@never_cache
@require_safe
def person(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Her goal, what comes, what happened, what I keep to myself."""
    return _show(request, followed_or_404(request, public_id))


@login_required
@never_cache
@require_POST
def note(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Keep a private note, or correct one of mine."""
    enrolment = followed_or_404(request, public_id)
    form = NoteForm(request.POST)
    if not form.is_valid():
        return _show(request, enrolment, note_form=form, status=422)
    replaces = None
    if named := form.cleaned_data["replaces"]:
        replaces = get_object_or_404(PrivateNote, public_id=named, enrolment=enrolment, author=request.user)
    try:
        write_note(
            enrolment=enrolment,
            text=form.cleaned_data["text"],
            author=request.user,
            now=timezone.now(),
            replaces=replaces,
        )
    except ContactRefused as refused:
        form.add_error("text", refused.message)
        return _show(request, enrolment, note_form=form, status=409)
    messages.success(request, _("Your note is kept. You alone read it."))
    return _back(enrolment, "notes")


@login_required
@require_POST
def task(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Something to do, for her or for me."""
    enrolment = followed_or_404(request, public_id)
    form = NewTaskForm(request.POST)
    if not form.is_valid():
        return _show(request, enrolment, task_form=form, status=422)
    said = form.cleaned_data
    add_task(
        enrolment=enrolment,
        owner=SignerRole(said["owner"]),
        text=said["text"],
        due_on=said["due_on"],
        actor=request.user,
        now=timezone.now(),
    )
    messages.success(request, _("The task is noted."))
    return _back(enrolment, "tasks")


@login_required
@require_POST
def contact(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Note a call."""
    enrolment = followed_or_404(request, public_id)
    form = ContactForm(request.POST)
    if not form.is_valid():
        return _show(request, enrolment, contact_form=form, status=422)
    log_contact(
        enrolment=enrolment,
        channel=ContactChannel(form.cleaned_data["channel"]),
        text=form.cleaned_data["text"],
        actor=request.user,
        now=timezone.now(),
    )
    messages.success(request, _("The contact is noted."))
    return _back(enrolment, "timeline")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def message(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Write to her: a message is ready for the reason that brought me here, and every word can be changed."""
    enrolment = followed_or_404(request, public_id)
    templates = templates_for(enrolment)
    if request.method == "POST":
        form = MessageForm(request.POST)
        if form.is_valid():
            try:
                send_message(
                    enrolment=enrolment,
                    text=form.cleaned_data["text"],
                    key=form.cleaned_data["key"],
                    actor=request.user,
                    now=timezone.now(),
                )
            except ContactRefused as refused:
                form.add_error(None, refused.message)
            else:
                name = enrolment.learner.get_short_name()
                messages.success(request, _("Your message has left for %(name)s.") % {"name": name})
                return _back(enrolment, "timeline")
        return _write(request, enrolment, form, templates, status=422)
    chosen = request.GET.get("template", "")
    signal = request.GET.get("signal", "")
    ready = next((row for row in templates if str(row.public_id) == chosen), None)
    if ready is None and signal:
        ready = next((row for row in templates if row.signal == signal), None)
    text = written_for(ready, enrolment, request.user) if ready else ""
    form = MessageForm(initial={"key": MessageForm.new_key(), "text": text})
    return _write(request, enrolment, form, templates, ready=ready)


def _write(
    request: SignedInRequest,
    enrolment: Enrolment,
    form: MessageForm,
    templates: Any,
    *,
    ready: Any = None,
    status: int = 200,
) -> HttpResponse:
    context = {"enrolment": enrolment, "form": form, "templates": templates, "ready": ready}
    return htmx.render(request, "coaching/desk/message.html", context, status=status)


def followed_or_404(request: SignedInRequest, public_id: UUID) -> Enrolment:
    rows = Enrolment.objects.select_related("learner", "coach", "cohort__track", "cohort__partner")
    enrolment = get_object_or_404(rows, public_id=public_id)
    if not rules.can_follow(request.user, enrolment):
        raise Http404
    return enrolment


def _show(request: SignedInRequest, enrolment: Enrolment, *, status: int = 200, **forms: Form) -> HttpResponse:
    now = timezone.now()
    [standing] = standings(Enrolment.objects.filter(pk=enrolment.pk), active_rules(), now)
    moments = timeline(enrolment, now)
    context = {
        "enrolment": enrolment,
        "standing": standing,
        "follow": follow_up_of(enrolment),
        "quota": quota_of(enrolment),
        "to_come": list(appointments_to_come(enrolment, now)),
        "moments": moments,
        "notes": list(notes_of(enrolment, request.user)),
        "questions": FIRST_MEETING,
        "is_first": not any(moment.kind == "appointment" for moment in moments),
        "now": now,
        "note_form": NoteForm(auto_id="note-%s"),
        "task_form": NewTaskForm(auto_id="task-%s"),
        "contact_form": ContactForm(auto_id="contact-%s"),
        **forms,
    }
    return htmx.render(request, "coaching/desk/person.html", context, status=status)


def _back(enrolment: Enrolment, place: str) -> HttpResponse:
    url = redirect("coaching:person", public_id=enrolment.public_id).url
    return redirect(f"{url}#{place}")
