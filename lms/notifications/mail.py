"""The one look of our mails: what happened in a few lines, one button, why it came, how to stop it, who helps."""

from dataclasses import dataclass, field
from email.message import Message, MIMEPart
from typing import Any

import css_inline
from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lms.accounts.zones import zone_named
from lms.programmes.models import TrainingProvider

from .enums import DigestFrequency
from .envelope import Mail
from .models import Delivery, Notification
from .registry import Kind, kind_named
from .stops import stop_url

# Rules in @media stay as they are: they make the mail dark where the reader's screen is.
_INLINER = css_inline.CSSInliner(keep_at_rules=True, load_remote_stylesheets=False)
LINES_IN_DIGEST = 2


@dataclass(frozen=True, slots=True)
class Words:
    """What one mail says. `stops`: the kind its unsubscribe link turns off, None for the digest."""

    title: str
    preheader: str
    why: str
    may_stop: bool
    stops: Kind | None
    lines: list[str] = field(default_factory=list)
    items: list[Notification] = field(default_factory=list)
    url: str = ""
    action: str = ""
    reply_to: str = ""


def news_mail(delivery: Delivery, news: Notification, help_contact: TrainingProvider | None) -> Mail:
    """The mail of one notification, in its reader's language."""
    kind = kind_named(news.kind)
    with translation.override(delivery.recipient.language):
        words = Words(
            title=news.title,
            preheader=news.lines[0] if news.lines else "",
            why=_why(kind),
            may_stop=kind is not None and kind.may_be_refused,
            stops=kind,
            lines=news.lines,
            url=news.url or reverse("notifications:list"),
            action=news.action or _("Read it at the academy"),
            reply_to=kind.reply_to(news) if kind is not None and kind.reply_to is not None else "",
        )
    mail = _mail(delivery, words, help_contact)
    for attached in delivery.attachments:
        mail.attach(_file(**attached))
    return mail


def digest_mail(
    delivery: Delivery, items: list[Notification], frequency: str, help_contact: TrainingProvider | None
) -> Mail:
    """What a person was told and has not read, in one mail."""
    with translation.override(delivery.recipient.language):
        count = len(items)
        is_weekly = frequency == DigestFrequency.WEEKLY
        words = Words(
            title=ngettext("%(count)d piece of news for you", "%(count)d pieces of news for you", count)
            % {"count": count},
            preheader=items[0].title,
            why=_("You asked for a summary every week.") if is_weekly else _("You asked for a summary every day."),
            may_stop=True,
            stops=None,
            items=items,
            url=reverse("notifications:list"),
            action=_("Read my news"),
        )
    return _mail(delivery, words, help_contact)


def _why(kind: Kind | None) -> str:
    if kind is None:
        return _("You are registered at the academy.")
    said = {"kind": capfirst(str(kind.label))}
    if kind.may_be_refused:
        return _("You chose to be told by e-mail: “%(kind)s”.") % said
    return _("This message is part of your training and is always sent: “%(kind)s”.") % said


def _mail(delivery: Delivery, words: Words, help_contact: TrainingProvider | None) -> Mail:
    person = delivery.recipient
    stop = stop_url(person, words.stops) if words.may_stop else ""
    headers = {"Message-ID": delivery.message_id, "Auto-Submitted": "auto-generated"}
    if stop:
        headers |= {"List-Unsubscribe": f"<{stop}now/>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    context: dict[str, Any] = {
        "words": words,
        "person": person,
        "url": settings.SITE_URL + words.url,
        "site_url": settings.SITE_URL,
        "site_name": settings.WAGTAIL_SITE_NAME,
        "choices_url": settings.SITE_URL + reverse("notifications:choices"),
        "stop_url": stop,
        "help_contact": help_contact,
        "lines_in_digest": f":{LINES_IN_DIGEST}",
    }
    with translation.override(person.language), timezone.override(zone_named(person.time_zone)):
        text = render_to_string("notifications/emails/mail.txt", context)
        html = render_to_string("notifications/emails/mail.html", context)
    reply_to = words.reply_to or (help_contact.help_email if help_contact else "")
    mail = Mail(words.title, text, to=[person.email], reply_to=[reply_to] if reply_to else None, headers=headers)
    mail.attach_alternative(_INLINER.inline(html), "text/html")
    return mail


def _file(filename: str, content_type: str, content: str) -> MIMEPart:
    """A text file as a part of a mail; the parameters of its type are kept (`method=REQUEST` makes an invitation)."""
    header = Message()
    header["Content-Type"] = content_type
    parameters = {name: value for name, value in header.get_params([])[1:] if name != "charset"}
    part = MIMEPart()
    part.set_content(
        content,
        subtype=header.get_content_subtype(),
        charset="utf-8",
        params=parameters,
        disposition="attachment",
        filename=filename,
    )
    return part
