"""Reads the mailbox that answers by mail arrive in."""

import imaplib
import logging
import mailbox
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from community.formats.mails import LARGEST
from community.services.inbound import receive

log = logging.getLogger(__name__)

SECONDS = 30.0


class Command(BaseCommand):
    help = (
        "Publishes the answers that arrived by mail. Give the folder of a Maildir, the file of an mbox, or "
        "imaps://user@host/INBOX (the password is INBOUND_MAILBOX_PASSWORD). Run it every minute."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("place", help="a Maildir, an mbox file, or imaps://user@host[:port]/folder")

    def handle(self, *args: Any, place: str, **options: Any) -> None:
        if place.startswith(("imaps://", "imap://")):
            read, published = _read_imap(place)
        elif (path := Path(place)).is_dir():
            read, published = _read_maildir(path)
        elif path.is_file():
            read, published = _read_mbox(path)
        else:
            raise CommandError(f"There is no mailbox at {place}.")
        self.stdout.write(f"{read} read, {published} published")


def _read_maildir(path: Path) -> tuple[int, int]:
    """What is in `new` is read and moved to `cur`."""
    if not (path / "new").is_dir() or not (path / "cur").is_dir():
        raise CommandError(f"{path} is not a Maildir: it has no folders named new and cur.")
    box = mailbox.Maildir(str(path), factory=None, create=False)
    read = published = 0
    for key in [key for key, message in box.iteritems() if message.get_subdir() == "new"]:
        published += _take(box.get_bytes(key))
        read += 1
        message = box[key]
        message.set_subdir("cur")
        message.add_flag("S")
        box[key] = message
    return read, published


def _read_mbox(path: Path) -> tuple[int, int]:
    """Every message is read and taken out of the file, which is locked meanwhile."""
    box = mailbox.mbox(str(path), create=False)
    read = published = 0
    box.lock()
    try:
        for key in list(box.keys()):
            published += _take(box.get_bytes(key))
            read += 1
            box.remove(key)
        box.flush()
    finally:
        box.unlock()
        box.close()
    return read, published


def _read_imap(place: str) -> tuple[int, int]:
    """What is not seen is read, then marked as seen."""
    read = published = 0
    with _signed_in(place) as server:
        _ok(server.select(unquote(urlsplit(place).path.strip("/")) or "INBOX"))
        numbers = _ok(server.uid("SEARCH", "UNSEEN"))[0] or b""
        for number in numbers.decode().split():
            sizes = _ok(server.uid("FETCH", number, "(RFC822.SIZE)"))
            if _size(sizes) <= LARGEST:
                parts = _ok(server.uid("FETCH", number, "(BODY.PEEK[])"))
                published += sum(_take(part[1]) for part in parts if isinstance(part, tuple))
            read += 1
            _ok(server.uid("STORE", number, "+FLAGS", "(\\Seen)"))
    return read, published


@contextmanager
def _signed_in(place: str) -> Iterator[imaplib.IMAP4]:
    parts = urlsplit(place)
    if not parts.hostname or not parts.username:
        raise CommandError("Write the mailbox as imaps://user@host/INBOX.")
    kind = imaplib.IMAP4_SSL if parts.scheme == "imaps" else imaplib.IMAP4
    port = parts.port or (993 if parts.scheme == "imaps" else 143)
    try:
        server = kind(parts.hostname, port, timeout=SECONDS)
        try:
            server.login(unquote(parts.username), settings.INBOUND_MAILBOX_PASSWORD)
            yield server
        finally:
            server.logout()
    except (imaplib.IMAP4.error, OSError) as error:
        raise CommandError(f"The mailbox does not answer: {error}") from error


def _ok(answer: tuple[str, list[Any]]) -> list[Any]:
    state, values = answer
    if state != "OK":
        raise imaplib.IMAP4.error(f"{state} {values}")
    return values


def _size(values: list[Any]) -> int:
    """The number after RFC822.SIZE."""
    said = b" ".join(value for value in values if isinstance(value, bytes)).partition(b"RFC822.SIZE")[2]
    digits = said.split()[0].rstrip(b")") if said.split() else b""
    return int(digits) if digits.isdigit() else 0


def _take(raw: bytes) -> int:
    """1 where it was published. Whatever goes wrong with one mail leaves the others their turn."""
    try:
        return receive(raw, now=timezone.now()) is not None
    except Exception:
        log.exception("a mail could not be published")
        return 0
