"""People in Wagtail's admin: administrators invite them, give roles, suspend; nobody types a password for another."""

from functools import cached_property
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import BulkActionsCheckboxColumn
from wagtail.log_actions import log
from wagtail.users.views import users

from . import services
from .forms import PersonForm
from .models import User


class PersonIndexView(users.IndexView):
    """The list, found by name or address; people are changed one by one, so there is nothing to tick."""

    search_fields = ("email", "display_name", "certificate_name")

    @cached_property
    def columns(self) -> list[Any]:
        return [column for column in super().columns if not isinstance(column, BulkActionsCheckboxColumn)]

    def get_delete_url(self, instance: User) -> None:
        return None


class PersonCreateView(users.CreateView):
    """Creates the person and sends her invitation."""

    success_message = _("An invitation is on its way to %(object)s.")

    def save_instance(self) -> User:
        said, actor, now = self.form.cleaned_data, self.request.user, timezone.now()
        person, _created = services.find_or_create_person(
            email=said["email"],
            display_name=said["display_name"],
            certificate_name=said["certificate_name"],
            language=said["language"],
        )
        services.change_roles(
            user=person, groups=said["groups"], is_superuser=said["is_superuser"], actor=actor, now=now
        )
        services.invite(user=person, actor=actor, now=now)
        log(instance=person, action="wagtail.create")
        return person


class PersonEditView(users.EditView):
    """Corrects names, gives and takes roles, suspends and reactivates, invites again who has not come in."""

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.can_delete = False

    def save_instance(self) -> User:
        said, actor, now = self.form.cleaned_data, self.request.user, timezone.now()
        person: User = User.objects.get(pk=self.object.pk)  # the form has already written on `self.object`
        was_active = person.is_active
        services.correct_person(
            user=person,
            email=said["email"],
            display_name=said["display_name"],
            certificate_name=said["certificate_name"],
            language=said["language"],
        )
        services.change_roles(
            user=person,
            groups=said["groups"],
            is_superuser=said.get("is_superuser", person.is_superuser),
            actor=actor,
            now=now,
        )
        wanted = said.get("is_active", was_active)
        if wanted != was_active:
            change = services.reactivate if wanted else services.suspend
            change(user=person, actor=actor, now=now)
        # A link sent to the wrong address must stop working, whoever holds it.
        moved = "email" in self.form.changed_data and not person.has_arrived
        if person.is_active and (moved or said.get("invite_again")):
            services.invite(user=person, actor=actor, now=now)
        log(instance=person, action="wagtail.edit")
        return person


class PersonDeleteView(users.DeleteView):
    """Nobody is deleted here: hours and attestations must be kept; a person is suspended."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        raise PermissionDenied


class PersonViewSet(users.UserViewSet):
    index_view_class = PersonIndexView
    add_view_class = PersonCreateView
    edit_view_class = PersonEditView
    delete_view_class = PersonDeleteView

    def get_form_class(self, for_update: bool = False) -> type[PersonForm]:
        return PersonForm
