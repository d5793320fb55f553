"""What somebody thinks of a session she came to."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from lms.accounts.requests import SignedInRequest
from seminars.forms.after import SurveyForm
from seminars.models import SurveyAnswer
from seminars.queries.sight import sessions_seen_by
from seminars.rules import can_answer_survey
from seminars.services.survey import SurveyRefused, answer_survey


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def survey(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Three marks and some words, once; then what she said."""
    session = get_object_or_404(sessions_seen_by(request.user), public_id=public_id)
    if not can_answer_survey(request.user, session):
        raise Http404
    given = SurveyAnswer.objects.filter(session=session, person=request.user).first()
    form = SurveyForm(request.POST if request.method == "POST" else None, use_required_attribute=False)
    status = 200
    if request.method == "POST" and given is None:
        if form.is_valid():
            try:
                answer_survey(session=session, person=request.user, now=timezone.now(), **form.cleaned_data)
            except SurveyRefused as refused:
                messages.warning(request, refused.message)
            else:
                messages.success(request, _("Thank you. The next sessions are made with what you say."))
            return redirect("seminars:survey", public_id)
        status = 422
    return render(
        request, "seminars/after/survey.html", {"session": session, "form": form, "given": given}, status=status
    )
