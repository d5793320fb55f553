"""What Wagtail's admin does with live sessions beyond keeping their fields: those whom it concerns are told."""

from datetime import datetime
from typing import Any, cast

from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.admin import messages
from wagtail.admin.widgets.button import HeaderButton

from lms.accounts.models import User
from lms.kit.scoped import ScopedDeleteView, ScopedEditView
from seminars.enums import SessionState
from seminars.models import SessionStaff
from seminars.services.announcing import follow_change
from seminars.services.staff import staff_of


class LiveSessionEditView(ScopedEditView):
    """Another time is told to those who come and who run it, and a name to whom it concerns; more seats go to those
    who wait."""

    before: tuple[datetime, datetime]
    ran_it: list[SessionStaff]

    def get_object(self, queryset: Any = None) -> Any:
        session = super().get_object(queryset)
        self.before = session.starts_at, session.ends_at
        self.ran_it = staff_of(session)
        return session

    def save_instance(self) -> Any:
        session = super().save_instance()
        actor = cast("User", self.request.user)
        follow_change(session=session, before=self.before, ran_it=self.ran_it, actor=actor, now=timezone.now())
        return session

    @property
    def header_buttons(self) -> list[HeaderButton]:
        address = reverse("seminars:prepare", args=[self.object.public_id])
        return [HeaderButton(_("Announce, slides, documents"), url=address, icon_name="view", priority=5)]


class LiveSessionDeleteView(ScopedDeleteView):
    """A session that people know of is called off, with a reason; only a draft is deleted."""

    def form_valid(self, form: Form) -> HttpResponse:
        if self.object.state != SessionState.DRAFT:
            messages.error(self.request, _("People know of this session: call it off instead, with a reason."))
            return redirect(self.edit_url_name, self.object.pk)
        return super().form_valid(form)
