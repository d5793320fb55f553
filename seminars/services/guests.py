"""Coming to a public session without an account: a link by mail, and a seat once it is followed."""

from datetime import datetime

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from lms.accounts.models import User
from lms.accounts.queries import person_by_email
from lms.accounts.services import find_or_create_person
from lms.kit.defer import defer
from lms.kit.errors import DomainError
from seminars.enums import Audience, RegistrationState, SessionState
from seminars.guests import is_guest
from seminars.links import signed_guest
from seminars.models import LiveSession, Registration
from seminars.services.registration import register


class GuestRefused(DomainError):
    """`has-account`: she signs in instead. `not-public`: the session is not for guests (any more)."""


def ask_link(*, session: LiveSession, email: str, name: str, language: str) -> None:
    """Write her personal link to somebody who gives her name; the answer is the same for every address."""
    from seminars.tasks import send_guest_link

    defer(send_guest_link, session.pk, email, name, language)


def send_link(*, session_pk: int, email: str, name: str, language: str) -> None:
    """In the worker: a guest's link; to somebody with an account, the way to sign in; to a suspended one, nothing."""
    session = LiveSession.objects.filter(pk=session_pk, audience=Audience.PUBLIC).first()
    person = person_by_email(email)
    if session is None or (person is not None and not person.is_active):
        return
    knows = person is not None and not is_guest(person)
    page = reverse("seminars:session", args=[session.public_id])
    link = reverse("seminars:guest-link", args=[signed_guest(session=session, email=email, name=name)])
    context = {
        "name": name,
        "session": session,
        "has_account": knows,
        "url": settings.SITE_URL + (page if knows else link),
        "site_name": settings.WAGTAIL_SITE_NAME,
    }
    with translation.override(language):
        EmailMessage(
            subject=_("Your way in: %(title)s") % {"title": session.title},
            body=render_to_string("seminars/emails/guest_link.txt", context),
            to=[email],
        ).send()


def enter(*, session: LiveSession, email: str, name: str, language: str, now: datetime) -> Registration:
    """She followed her link: her address is proved, she has an account without any right, and a seat if one is left.
    Whoever has one comes back by the same link for ever: to what was said, and to the replay.

    Raises:
        GuestRefused: this address has an account with a way of its own to sign in, or the session is not public.
        RegistrationRefused: the session is over, or not open.
    """
    if session.audience != Audience.PUBLIC or session.state == SessionState.DRAFT:
        raise GuestRefused("not-public", _("This session is not open to guests."))
    person, is_new = find_or_create_person(email=email, display_name=name, certificate_name=name, language=language)
    if not is_new and not is_guest(person):
        raise GuestRefused("has-account", _("This address has an account: sign in, then register."))
    _prove(person)
    hers = Registration.objects.filter(session=session, person=person).exclude(state=RegistrationState.CANCELLED)
    if (known := hers.select_related("person", "session").first()) is not None:
        return known
    return register(session=session, person=person, actor=person, now=now)


def _prove(person: User) -> None:
    EmailAddress.objects.update_or_create(user=person, email=person.email, defaults={"verified": True, "primary": True})
