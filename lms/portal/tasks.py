"""What the portal leaves to the background worker."""

from django.conf import settings
from django.core.mail import EmailMessage
from django.tasks import task
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext

from lms.portal.forms import CallbackForm
from lms.programmes.queries import provider


@task()
def send_callback(name: str, phone: str, moment: str, question: str, page: str, email: str) -> None:
    """Mails a request to be called back to the help contact, in the academy's first language."""
    contact = provider()
    if contact is None or not contact.help_email:
        return
    with translation.override(settings.LANGUAGE_CODE):
        body = render_to_string(
            "portal/emails/callback.txt",
            {
                "name": name,
                "phone": phone,
                "moment": dict(CallbackForm.MOMENTS).get(moment, moment),
                "question": question,
                "page": f"{settings.SITE_URL}{page}" if page else "",
                "email": email,
            },
        )
        subject = gettext("Please call back: %(name)s, %(phone)s") % {"name": name, "phone": phone}
    EmailMessage(subject, body, to=[contact.help_email], reply_to=[email] if email else None).send()
