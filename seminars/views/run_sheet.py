"""The presenter's run sheet: lines to add, change, order and tick, without a script too."""

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from lms.accounts.requests import SignedInRequest
from lms.kit import htmx
from seminars.forms.before import RunSheetItemForm, RunSheetMoveForm
from seminars.models import LiveSession, RunSheetItem
from seminars.services import run_sheet as sheet
from seminars.services.run_sheet import RunSheetRefused
from seminars.views.access import run_session_or_404


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def run_sheet(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Read it; POST adds a line at its end."""
    session = run_session_or_404(request, public_id)
    if request.method != "POST":
        return _show(request, session)
    form = RunSheetItemForm(request.POST)
    if form.is_valid():
        try:
            sheet.add_item(session=session, **form.cleaned_data)
        except RunSheetRefused as refused:
            form.add_error(None, refused.message)
        else:
            return _done(request, session)
    return _show(request, session, form=form, status=422)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def run_sheet_item(request: SignedInRequest, public_id: UUID, number: int) -> HttpResponse:
    """Change one line."""
    session = run_session_or_404(request, public_id)
    item = RunSheetItem.objects.filter(session=session)[number - 1 : number].first() if number else None
    if item is None:
        return redirect("seminars:run-sheet", public_id=public_id)
    initial = {"title": item.title, "minutes": item.minutes, "notes": item.notes}
    form = RunSheetItemForm(request.POST or None, initial=initial, auto_id="item_%s")
    context = {"session": session, "number": number, "form": form}
    if request.method == "POST" and form.is_valid():
        sheet.change_item(session=session, number=number, **form.cleaned_data)
        return redirect("seminars:run-sheet", public_id=public_id)
    status = 422 if request.method == "POST" else 200
    return htmx.render(request, "seminars/before/run_sheet_item.html", context, status=status)


@login_required
@require_POST
def run_sheet_move(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Up, down, done, not done, away."""
    session = run_session_or_404(request, public_id)
    form = RunSheetMoveForm(request.POST)
    if not form.is_valid():
        return _show(request, session, status=422)
    number, do = form.cleaned_data["item"], form.cleaned_data["do"]
    try:
        if do in ("up", "down"):
            sheet.move_item(session=session, number=number, by=-1 if do == "up" else 1)
        elif do == "remove":
            sheet.remove_item(session=session, number=number)
        else:
            sheet.tick_item(session=session, number=number, done=do == "done", now=timezone.now())
    except RunSheetRefused as refused:
        return _show(request, session, refused=refused, status=422)
    return _done(request, session)


def _done(request: SignedInRequest, session: LiveSession) -> HttpResponse:
    return _show(request, session) if request.htmx else redirect("seminars:run-sheet", public_id=session.public_id)


def _show(request: SignedInRequest, session: LiveSession, *, status: int = 200, **more: Any) -> HttpResponse:
    items = list(RunSheetItem.objects.filter(session=session))
    context = {
        "session": session,
        "items": items,
        "planned": sum(item.minutes for item in items),
        "form": RunSheetItemForm(),
        **more,
    }
    return htmx.render(request, "seminars/before/run_sheet.html", context, partial="sheet", status=status)
