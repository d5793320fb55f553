"""Mail about accounts, sent by the worker."""

from django.conf import settings
from django.core.mail import EmailMessage
from django.tasks import task
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation

from .models import Invitation
from .tokens import token_behind
from .zones import zone_named


@task
def send_invitation_mail(public_id: str) -> None:
    """Write to the invited person in her language; sends nothing once the invitation is used, revoked or expired.

    An answer goes to whoever invited her.
    """
    invitation = Invitation.objects.select_related("user", "created_by").get(public_id=public_id)
    token = token_behind(invitation.public_id, invitation.token_digest)
    if token is None or not invitation.is_open(timezone.now()):
        return
    person, sender = invitation.user, invitation.created_by
    context = {
        "person": person,
        "sender": sender,
        "expires_at": invitation.expires_at,
        "site_name": settings.WAGTAIL_SITE_NAME,
        "url": settings.SITE_URL + reverse("accounts:invitation", args=[token]),
    }
    with translation.override(person.language), timezone.override(zone_named(person.time_zone)):
        EmailMessage(
            subject=" ".join(render_to_string("accounts/emails/invitation_subject.txt", context).split()),
            body=render_to_string("accounts/emails/invitation.txt", context),
            to=[person.email],
            reply_to=[sender.email] if sender else None,
        ).send()
