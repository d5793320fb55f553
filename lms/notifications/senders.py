"""How a message leaves: one mail connection for many mails, one push service after the other."""

import smtplib
from datetime import datetime
from types import TracebackType
from typing import Any, Self

from django.core.mail import mailers

from lms.programmes.models import TrainingProvider
from lms.programmes.queries import provider

from . import webpush
from .envelope import Mail
from .mail import digest_mail, news_mail
from .models import Delivery, Notification, PushSubscription
from .queries import telling_choices


class Refused(Exception):
    """This message was not taken: now, or `for_good` (RFC 5321: a reply that begins with 5)."""

    def __init__(self, words: str, *, for_good: bool = False) -> None:
        super().__init__(words)
        self.for_good = for_good


class NotNeeded(Exception):
    """There is nothing to send any more."""


class ServerAway(Exception):
    """The server does not take anything now: no other message needs to be tried."""


class MailSender:
    """Sends mails over one connection, opened with the first of them and again when the server has closed it."""

    def __init__(self) -> None:
        self._connection: Any = None
        self._help_contact: TrainingProvider | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._hang_up()

    def send(self, delivery: Delivery, now: datetime) -> None:
        """Raises Refused, NotNeeded or ServerAway."""
        if self._connection is None:
            self._call()
        mail = self._mail(delivery)
        try:
            self._hand_over(mail)
        except OSError:  # smtplib's own errors are OSErrors too
            # Servers hang up after so many mails, or so many minutes: one call more, for this mail.
            self._hang_up()
            self._call()
            try:
                self._hand_over(mail)
            except OSError as error:
                self._hang_up()
                raise Refused(_words(error)) from error

    def _mail(self, delivery: Delivery) -> Mail:
        if delivery.notification is not None:
            return news_mail(delivery, delivery.notification, self._help_contact)
        items = list(Notification.objects.unread().filter(deliveries__digest=delivery).order_by("created_at", "id"))
        if not items:
            raise NotNeeded
        return digest_mail(delivery, items, telling_choices(delivery.recipient).digest, self._help_contact)

    def _hand_over(self, mail: Mail) -> None:
        try:
            self._connection.send_messages([mail])
        except smtplib.SMTPRecipientsRefused as error:
            codes = [code for code, _reply in error.recipients.values()]
            raise Refused(_words(error), for_good=all(code >= 500 for code in codes)) from error
        except smtplib.SMTPResponseException as error:
            raise Refused(_words(error), for_good=error.smtp_code >= 500) from error
        except smtplib.SMTPServerDisconnected:
            raise  # before its own base class
        except smtplib.SMTPException as error:
            raise Refused(_words(error)) from error
        except ValueError as error:  # an address no mail can be sent to
            raise Refused(_words(error), for_good=True) from error

    def _call(self) -> None:
        connection = mailers.default
        try:
            connection.open()
        except OSError as error:
            raise ServerAway(_words(error)) from error
        self._connection = connection
        self._help_contact = provider()

    def _hang_up(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            try:
                connection.close()
            except OSError:
                return  # it has hung up before us


class PushSender:
    """Sends one notification to every browser that its person asked for."""

    def send(self, delivery: Delivery, now: datetime) -> None:
        """Raises Refused when a browser's service did not take it (all are asked again then), NotNeeded."""
        browsers = list(PushSubscription.objects.filter(person=delivery.recipient))
        if delivery.notification is None or not webpush.is_configured() or not browsers:
            raise NotNeeded
        payload = webpush.payload_of(delivery.notification, delivery.recipient.language)
        topic = delivery.public_id.hex
        troubles = []
        for browser in browsers:
            try:
                webpush.send(browser, payload, topic=topic, is_urgent=delivery.is_urgent, now=now)
            except webpush.Gone:
                browser.delete()
            except webpush.NotTaken as trouble:
                browser.failed_at, browser.last_error = now, str(trouble)[:300]
                browser.save(update_fields=["failed_at", "last_error"])
                troubles.append(str(trouble))
        if troubles:
            raise Refused("; ".join(troubles))


def _words(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return "; ".join(f"{code} {_text(reply)}" for code, reply in error.recipients.values())
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{error.smtp_code} {_text(error.smtp_error)}"
    return f"{type(error).__name__}: {error}"


def _text(reply: bytes | str) -> str:
    return reply.decode(errors="replace") if isinstance(reply, bytes) else reply
