"""How a message leaves: a few mail connections for many mails, one push service after the other."""

import smtplib
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime
from functools import cached_property
from queue import Empty, LifoQueue
from types import TracebackType
from typing import Any, Self

from django.conf import settings
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
    """Hands mails over by MAIL_CONNECTIONS connections at once: most of a mail's time is the server's.

    To be entered and left: leaving waits for what is under way, and hangs up.
    """

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(settings.MAIL_CONNECTIONS, thread_name_prefix="mail")
        self._idle: LifoQueue[_MailConnection] = LifoQueue()
        self._away = ""  # what the server said that takes nothing: it is not called again for what was on its way

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._threads.shutdown()
        while not self._idle.empty():
            self._idle.get().hang_up()

    def start(self, delivery: Delivery, now: datetime) -> Future[None]:
        """Make the mail and let it go; what comes of it may raise Refused or ServerAway. Raises NotNeeded."""
        return self._threads.submit(self._hand_over, self._mail(delivery))

    @cached_property
    def _help_contact(self) -> TrainingProvider | None:
        return provider()

    def _mail(self, delivery: Delivery) -> Mail:
        if delivery.notification is not None:
            return news_mail(delivery, delivery.notification, self._help_contact)
        items = list(Notification.objects.unread().filter(deliveries__digest=delivery).order_by("created_at", "id"))
        if not items:
            raise NotNeeded
        return digest_mail(delivery, items, telling_choices(delivery.recipient).digest, self._help_contact)

    def _hand_over(self, mail: Mail) -> None:
        """In a thread of its own, which asks the database nothing."""
        try:
            connection = self._idle.get_nowait()
        except Empty:
            connection = _MailConnection()
        try:
            if self._away:
                raise ServerAway(self._away)
            connection.send(mail)
        except ServerAway as away:
            self._away = str(away)
            raise
        finally:
            self._idle.put(connection)


class _MailConnection:
    """Opened with its first mail, and again when the server has closed it."""

    def __init__(self) -> None:
        self._backend: Any = None

    def send(self, mail: Mail) -> None:
        """Raises Refused or ServerAway."""
        if self._backend is None:
            self._call()
        try:
            self._hand_over(mail)
        except OSError:  # smtplib's own errors are OSErrors too
            # Servers hang up after so many mails, or so many minutes: one call more, for this mail.
            self.hang_up()
            self._call()
            try:
                self._hand_over(mail)
            except OSError as error:
                self.hang_up()
                raise Refused(_words(error)) from error

    def hang_up(self) -> None:
        backend, self._backend = self._backend, None
        if backend is not None:
            try:
                backend.close()
            except OSError:
                return  # it has hung up before us

    def _call(self) -> None:
        backend = mailers.default
        try:
            backend.open()
        except OSError as error:
            raise ServerAway(_words(error)) from error
        self._backend = backend

    def _hand_over(self, mail: Mail) -> None:
        try:
            self._backend.send_messages([mail])
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


class PushSender:
    """Sends one notification to every browser that its person asked for."""

    def start(self, delivery: Delivery, now: datetime) -> Future[None]:
        """Raises Refused when a browser's service did not take it (all are asked again then), NotNeeded."""
        self._send(delivery, now)
        sent: Future[None] = Future()
        sent.set_result(None)
        return sent

    def _send(self, delivery: Delivery, now: datetime) -> None:
        browsers = list(PushSubscription.objects.filter(person=delivery.recipient).signed_in(now))
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
