"""Inviting a learner, and moving her enrolment from state to state."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView
from wagtail.admin import messages
from wagtail.admin.views import generic
from wagtail.admin.views.generic.base import BaseOperationView, WagtailAdminTemplateMixin
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin
from wagtail.admin.widgets.button import Button

from lms.kit.errors import DomainError
from lms.kit.scoped import ScopedEditView, ScopedIndexView, in_sight
from lms.programmes.enums import EnrolmentState
from lms.programmes.forms import StateForm
from lms.programmes.models import Enrolment, EnrolmentChange
from lms.programmes.services import TRANSITIONS, change_state, invite_again, invite_learner


class EnrolmentIndexView(ScopedIndexView):
    add_item_label = _("Invite a learner")


class InviteView(generic.CreateView):
    """The form that brings a learner in; what it asks goes to the service, which alone writes."""

    page_title = _("Invite a learner")
    submit_button_label = _("Invite")
    submit_button_active_label = _("Inviting…")
    success_message = _("%(object)s: invited, or already in training if they had an account.")

    def is_valid(self, form: Any) -> bool:
        """Invite here: a refusal of the service is an error of the form."""
        if not super().is_valid(form):
            return False
        given = form.cleaned_data
        try:
            self.invited = invite_learner(
                cohort=given["cohort"],
                email=given["email"],
                display_name=given["display_name"],
                certificate_name=given["certificate_name"],
                actor=self.request.user,
                now=timezone.now(),
            )
        except DomainError as error:
            form.add_error(None, error.message)
            self.produced_error_code = "validation_error"
            self.produced_error_message = self.get_error_message()
            return False
        return True

    def save_instance(self) -> Enrolment:
        return self.invited


class EnrolmentEditView(ScopedEditView):
    """What may change without a history: coach, host, external id, weekly goal."""

    @cached_property
    def header_more_buttons(self) -> list[Button]:
        buttons: list[Button] = [*super().header_more_buttons]
        if TRANSITIONS[self.object.state]:
            url = reverse("enrolment:state", args=[self.object.pk])
            buttons.append(Button(_("Change the state"), url=url, icon_name="order", priority=5))
        return buttons


class _OneEnrolment(PermissionCheckedMixin):
    model = Enrolment
    permission_required = "change"
    request: Any
    kwargs: Any

    @cached_property
    def object(self) -> Enrolment:
        rows = in_sight(Enrolment, self.request.user, ("change",)).select_related("learner", "cohort")
        enrolment: Enrolment = get_object_or_404(rows, pk=self.kwargs["pk"])
        return enrolment


class StateView(_OneEnrolment, WagtailAdminTemplateMixin, FormView):  # type: ignore[type-arg]
    """The next state of an enrolment, with the history of the former ones."""

    page_title = _("State of the enrolment")
    header_icon = "order"
    template_name = "programmes/enrolment_state.html"
    form_class = StateForm

    def get_page_subtitle(self) -> str:
        return str(self.object)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"enrolment": self.object}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        changes = EnrolmentChange.objects.filter(enrolment=self.object).select_related("actor")
        return context | {
            "enrolment": self.object,
            "changes": changes,
            "is_pending": self.object.state == EnrolmentState.PENDING,
            "action_url": reverse("enrolment:state", args=[self.object.pk]),
        }

    def form_valid(self, form: StateForm) -> HttpResponse:
        try:
            change_state(
                enrolment=self.object,
                state=form.cleaned_data["state"],
                reason=form.cleaned_data["reason"],
                actor=self.request.user,
                now=timezone.now(),
            )
        except DomainError as error:
            form.add_error(None, error.message)
            return self.form_invalid(form)
        messages.success(
            self.request, _("%(who)s: %(state)s.") % {"who": self.object, "state": self.object.get_state_display()}
        )
        return redirect("enrolment:edit", self.object.pk)

    def form_invalid(self, form: StateForm) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=422)


class InviteAgainView(_OneEnrolment, BaseOperationView):
    """Sends a new invitation; only by POST."""

    http_method_names = ["post"]

    def setup(self, request: Any, *args: Any, **kwargs: Any) -> None:
        self.request, self.args, self.kwargs = request, args, kwargs

    def post(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            invite_again(enrolment=self.object, actor=request.user, now=timezone.now())
        except DomainError as error:
            messages.error(request, error.message)
        else:
            messages.success(request, _("A new invitation was sent to %s.") % self.object.learner.email)
        return redirect("enrolment:edit", self.object.pk)
