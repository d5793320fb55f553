"""A coach's diary: what learners will see of it, her week line by line, her booking rules."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from coaching import rules
from coaching.forms.diary import RulesForm
from coaching.forms.offered import offered_to
from coaching.forms.week import CopyForm, PresetForm, WeekFormSet, WeekLineForm
from coaching.models import Diary
from coaching.queries.diary import calendars_of, kinds_of_coach, lines_of, next_week
from coaching.services import diary as diaries
from coaching.services.diary import DiaryRefused
from lms.accounts.requests import SignedInRequest
from lms.kit import htmx


@login_required
@require_safe
def overview(request: SignedInRequest) -> HttpResponse:
    """The coming week as learners see it, and the way to each part of the diary."""
    diary, now = diary_or_404(request), timezone.now()
    lines = lines_of(diary) if diary.pk else []
    context = {
        "days": [(name, [line for line in lines if line.weekday == day]) for day, name in WEEKDAYS.items()],
        "has_week": bool(lines),
        "preset": PresetForm(),
        "calendars": list(calendars_of(diary)) if diary.pk else [],
        "absences": diary.absences.filter(ends_at__gt=now)[:3] if diary.pk else [],
    }
    return htmx.render(request, "coaching/diary/overview.html", context | _preview(request, diary), partial="preview")


@login_required
@require_POST
def begin(request: SignedInRequest) -> HttpResponse:
    """Two taps: a week to begin with, and it is published."""
    diary_or_404(request)
    form = PresetForm(request.POST)
    if form.is_valid():
        diaries.begin_week(coach=request.user, preset=form.cleaned_data["preset"])
        messages.success(request, _("Your week is published. Learners can book you."))
    return redirect("coaching:diary")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def week(request: SignedInRequest) -> HttpResponse:
    """The week as a list of lines; one empty line a day waits for what is to be added."""
    diary = diary_or_404(request)
    offered = offered_to(request.user)
    if request.method != "POST":
        return _show_week(request, WeekFormSet(initial=_initial(diary), form_kwargs=offered))
    formset = WeekFormSet(request.POST, form_kwargs=offered)
    if not formset.is_valid():
        return _show_week(request, formset, status=422)
    diaries.save_week(diary=diaries.diary_of_coach(request.user), lines=formset.lines())
    messages.success(request, _("Your week is saved."))
    return redirect("coaching:diary-week")


@login_required
@require_POST
def copy_day(request: SignedInRequest) -> HttpResponse:
    """One day's lines take the place of those of other days."""
    diary = diary_or_404(request)
    form = CopyForm(request.POST)
    if not form.is_valid():
        formset = WeekFormSet(initial=_initial(diary), form_kwargs=offered_to(request.user))
        return _show_week(request, formset, copy=form, status=422)
    source, to = form.cleaned_data["source"], form.cleaned_data["to"]
    try:
        diaries.copy_day(diary=diaries.diary_of_coach(request.user), source=source, to=to)
    except DiaryRefused as refused:
        messages.warning(request, refused.message)
    else:
        messages.success(request, _("%(day)s is copied.") % {"day": WEEKDAYS[source]})
    return redirect("coaching:diary-week")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def booking_rules(request: SignedInRequest) -> HttpResponse:
    """The rules in plain words; while they are changed, what they make of the coming week."""
    diary = diary_or_404(request)
    form = RulesForm(request.POST or None, instance=diary)
    is_try = "try" in request.POST
    if request.method == "POST" and form.is_valid() and not is_try:
        kept = diaries.diary_of_coach(request.user)
        form.instance.pk = kept.pk
        diaries.save_rules(diary=form.instance, fields=form.cleaned_data)
        messages.success(request, _("Your rules are saved. Appointments already made stay."))
        return redirect("coaching:diary-rules")
    # A refused form leaves half of its values on the diary: the preview is then that of what is saved.
    shown = diary if form.is_valid() or not form.is_bound else diary_or_404(request)
    context = {"form": form, "is_try": is_try} | _preview(request, shown)
    status = 422 if request.method == "POST" and form.errors else 200
    return htmx.render(request, "coaching/diary/rules.html", context, partial="preview", status=status)


def diary_or_404(request: SignedInRequest) -> Diary:
    """The diary of the person who asks, not saved yet when she has none."""
    if not rules.can_use_desk(request.user):
        raise Http404
    diary = Diary.objects.filter(coach=request.user).first() or Diary(coach=request.user)
    diary.coach = request.user
    return diary


def _preview(request: SignedInRequest, diary: Diary) -> dict[str, Any]:
    kinds = list(kinds_of_coach(request.user))
    kind = next((one for one in kinds if str(one.public_id) == request.GET.get("kind")), kinds[0] if kinds else None)
    days = next_week(diary, kind, timezone.now()) if kind else []
    return {"diary": diary, "kinds": kinds, "kind": kind, "preview": days}


def _initial(diary: Diary) -> list[dict[str, Any]]:
    """The lines of a week as a form shows them, and one more a day."""
    lines = lines_of(diary) if diary.pk else []
    rows = [
        {
            "weekday": line.weekday,
            "starts": line.starts,
            "ends": line.ends,
            "mode": line.mode,
            "place": line.place.public_id if line.place else None,
            "kinds": [str(kind.public_id) for kind in line.kinds.all()],
            "valid_from": line.valid_from,
            "valid_until": line.valid_until,
        }
        for line in lines
    ]
    rows += [{"weekday": weekday} for weekday in WEEKDAYS]
    # The empty line of a day comes after its others.
    return sorted(rows, key=lambda row: row["weekday"])


def _show_week(
    request: SignedInRequest, formset: Any, *, copy: CopyForm | None = None, status: int = 200
) -> HttpResponse:
    forms_of: dict[int, list[WeekLineForm]] = {day: [] for day in WEEKDAYS}
    for form in formset:
        forms_of.get(_weekday(form), []).append(form)
    context = {
        "formset": formset,
        "days": [(day, name, forms_of[day]) for day, name in WEEKDAYS.items()],
        "copy": copy or CopyForm(),
        "wrong": sum(len(form.errors) for form in formset) if formset.is_bound else 0,
    }
    return htmx.render(request, "coaching/diary/week.html", context, status=status)


def _weekday(form: WeekLineForm) -> int:
    value = str(form["weekday"].value())
    return int(value) if value.isdigit() else -1
