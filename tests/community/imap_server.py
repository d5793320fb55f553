"""Twisted's IMAP4 server before one mailbox in memory, in a process of its own.

`python -m tests.community.imap_server USER PASSWORD MAIL…` prints its port; each MAIL is a file, delivered unread. A
word on its standard input makes it print the flags of each mail.
"""

# ruff: noqa: N802 - the names are those of Twisted's interfaces

import sys
from io import BytesIO
from pathlib import Path
from typing import Any

from twisted.cred.checkers import InMemoryUsernamePasswordDatabaseDontUse
from twisted.cred.portal import IRealm, Portal
from twisted.internet import protocol, reactor, stdio
from twisted.mail import imap4
from zope.interface import implementer


@implementer(imap4.IMessage)
class Message:
    def __init__(self, uid: int, raw: bytes) -> None:
        self.uid, self.raw, self.flags = uid, raw, set[str]()

    def getUID(self) -> int:
        return self.uid

    def getFlags(self) -> list[str]:
        return sorted(self.flags)

    def getInternalDate(self) -> str:
        return "Tue, 10 Mar 2026 21:00:00 +0000"

    def getSize(self) -> int:
        return len(self.raw)

    def getBodyFile(self) -> BytesIO:
        return BytesIO(self.raw.partition(b"\r\n\r\n")[2])

    def getHeaders(self, negate: bool, *names: str) -> dict[str, str]:
        lines = self.raw.partition(b"\r\n\r\n")[0].decode().split("\r\n")
        return {name.lower(): value.strip() for name, _colon, value in (line.partition(":") for line in lines)}

    def isMultipart(self) -> bool:
        return False


@implementer(imap4.IMailbox)
class Mailbox:
    def __init__(self, messages: list[Message]) -> None:
        self.messages = messages

    def getFlags(self) -> list[str]:
        return ["\\Seen", "\\Deleted"]

    def getHierarchicalDelimiter(self) -> str:
        return "/"

    def getUIDValidity(self) -> int:
        return 1

    def getUIDNext(self) -> int:
        return len(self.messages) + 100

    def getUID(self, number: int) -> int:
        return self.messages[number - 1].uid

    def getMessageCount(self) -> int:
        return len(self.messages)

    def getRecentCount(self) -> int:
        return 0

    def getUnseenCount(self) -> int:
        return sum("\\Seen" not in message.flags for message in self.messages)

    def isWriteable(self) -> bool:
        return True

    def addListener(self, listener: Any) -> None:
        pass

    def removeListener(self, listener: Any) -> None:
        pass

    def _chosen(self, wanted: Any, uid: bool) -> dict[int, Message]:
        wanted.last = max(message.uid for message in self.messages) if uid else len(self.messages)
        return {
            number: message
            for number, message in enumerate(self.messages, 1)
            if (message.uid if uid else number) in wanted
        }

    def fetch(self, wanted: Any, uid: bool) -> list[tuple[int, Message]]:
        return list(self._chosen(wanted, uid).items())

    def store(self, wanted: Any, flags: list[str], mode: int, uid: bool) -> dict[int, list[str]]:
        changed = {}
        for number, message in self._chosen(wanted, uid).items():
            message.flags = message.flags | set(flags) if mode >= 0 else message.flags - set(flags)
            changed[number] = message.getFlags()
        return changed


@implementer(IRealm)
class Realm:
    def __init__(self, box: Mailbox) -> None:
        self.box = box

    def requestAvatar(self, avatar: Any, mind: Any, *interfaces: Any) -> Any:
        account = imap4.MemoryAccount(avatar)
        account.addMailbox("INBOX", self.box)
        return imap4.IAccount, account, lambda: None


class Factory(protocol.Factory):
    def __init__(self, portal: Portal) -> None:
        self.portal = portal

    def buildProtocol(self, address: Any) -> imap4.IMAP4Server:
        server = imap4.IMAP4Server()
        server.portal = self.portal
        return server


class Asked(protocol.Protocol):
    def __init__(self, box: Mailbox) -> None:
        self.box = box

    def dataReceived(self, data: bytes) -> None:
        print([message.getFlags() for message in self.box.messages], flush=True)


def main(user: str, password: str, *paths: str) -> None:
    box = Mailbox([Message(number * 10, Path(path).read_bytes()) for number, path in enumerate(paths, 1)])
    known = InMemoryUsernamePasswordDatabaseDontUse(**{user: password.encode()})
    listening = reactor.listenTCP(0, Factory(Portal(Realm(box), [known])), interface="127.0.0.1")  # type: ignore[attr-defined]
    stdio.StandardIO(Asked(box))
    print(listening.getHost().port, flush=True)
    reactor.run()  # type: ignore[attr-defined]


if __name__ == "__main__":
    main(*sys.argv[1:])
