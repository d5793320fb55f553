"""A crowd for a live room: real clients over real sockets, each with a person of its own and a small script."""

import asyncio
import itertools
import json
import random
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from statistics import quantiles
from typing import Any
from uuid import UUID

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db.models import Count, Q
from django.test import Client
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.typing import Origin

from lms.accounts.models import User
from lms.kit.errors import DomainError
from lms.kit.ids import uuid7
from seminars.enums import RegistrationState, RoomRole, SessionState
from seminars.models import LiveSession, Registration, SessionStaff
from seminars.sockets.talking import REACTIONS

FIRST = [
    "Adama", "Agnès", "Amel", "Anouk", "Benoît", "Brahim", "Capucine", "Célia", "Cyril", "Daouda", "Denise",
    "Driss", "Élodie", "Erwan", "Fabrice", "Farida", "Gaëlle", "Gilbert", "Hafsa", "Hervé", "Ilyes", "Irène",
    "Jade", "Joël", "Kenza", "Lamine", "Lucienne", "Malik", "Maryvonne", "Nabil", "Noémie", "Odile", "Oumar",
    "Perrine", "Quentin", "Rachida", "Régis", "Samira", "Serge", "Tiphaine", "Ulysse", "Véra", "Wassim", "Xavier",
    "Yann", "Zélie",
]  # fmt: skip
LAST = [
    "Abadie", "Bensaïd", "Collet", "Diop", "Escoffier", "Faure", "Grosjean", "Hamon", "Issa", "Joubert", "Kaci",
    "Lopes", "Mercier", "N’Diaye", "Ozanne",
]  # fmt: skip
SAID = (
    "Bonsoir à toutes et à tous !",
    "Le son est bon chez moi.",
    "Je suis sur mon téléphone, tout va bien.",
    "Merci pour cet exemple, je le reprends mardi.",
    "Chez nous, c’est la même chose.",
    "Est-ce que la page sera partagée ?",
    "J’ai essayé avec un papier et un crayon : très efficace.",
    "D’accord avec ce qui vient d’être dit.",
    "Je note.",
    "Un monsieur de 80 ans m’a dit exactement cela la semaine dernière.",
    "On peut revoir la page d’avant ?",
    "Très clair, merci.",
)
ASKED = (
    "Comment garder tout le monde quand les niveaux sont très différents ?",
    "Que dire à quelqu’un qui veut que je tape son mot de passe ?",
    "Combien de personnes au plus dans un atelier ?",
    "Et quand la connexion tombe au milieu ?",
    "Par quoi commencer avec une personne qui ne lit pas ?",
)


class CrowdRefused(DomainError):
    """No crowd comes: `not-in-production`, `no-session`, `over`."""


@dataclass(frozen=True, slots=True)
class Ticket:
    """What one client needs to come in."""

    name: str
    cookie: str
    role: RoomRole
    deck: str = ""
    pages: int = 0
    """What the host turns."""


@dataclass(slots=True)
class Told:
    """What the crowd did, and what came back."""

    did: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    closes: Counter[int] = field(default_factory=Counter)
    echoes: list[float] = field(default_factory=list)
    lines: dict[str, list[int]] = field(default_factory=dict)
    """The numbers of the lines of chat that each client heard, in the order it heard them."""

    def said(self) -> list[str]:
        """The summary, a sentence a line."""
        heard = sum(len(numbers) for numbers in self.lines.values())
        out_of_order = sum(numbers != sorted(numbers) for numbers in self.lines.values())
        found = [", ".join(f"{what} : {number}" for what, number in sorted(self.did.items()))]
        found.append(f"Lignes de chat entendues : {heard} ; clients qui les ont eues en désordre : {out_of_order}.")
        if len(self.echoes) > 1:
            cuts = quantiles(self.echoes, n=20)
            found.append(f"Sa propre ligne revient en {cuts[9]:.0f} ms (médiane), {cuts[18]:.0f} ms (95 %).")
        if self.refused:
            found.append("Refusé : " + ", ".join(f"{code} ({number})" for code, number in self.refused.items()) + ".")
        if self.closes:
            found.append("Fermé : " + ", ".join(f"{code} ({number})" for code, number in self.closes.items()) + ".")
        return found


def crowd_session(named: str, now: datetime) -> LiveSession:
    """The session of this public id; for "now", the one that is live or begins first.

    Raises:
        CrowdRefused: there is none, or it is over.
    """
    if not settings.DEBUG:
        raise CrowdRefused("not-in-production", "La foule sert à essayer : elle ne vient pas quand DEBUG est à faux.")
    found = LiveSession.objects.filter(state__in=(SessionState.LIVE, SessionState.ANNOUNCED))
    if named == "now":
        session = found.filter(Q(state=SessionState.LIVE) | Q(ends_at__gt=now)).order_by("-state", "starts_at").first()
    else:
        with suppress(ValueError):
            session = found.filter(public_id=UUID(named)).first()
            if session is not None:
                return session
        session = None
    if session is None:
        raise CrowdRefused("no-session", "Aucune séance annoncée ou en direct de ce nom. Essayez : demo_crowd now")
    return session


def tickets(session: LiveSession, people: int, now: datetime) -> list[Ticket]:
    """People made for the purpose, registered and signed in; the first ticket is the host's where nobody has opened."""
    found: list[Ticket] = []
    if not session.is_live:
        host = SessionStaff.objects.filter(session=session, role=RoomRole.HOST).select_related("person").first()
        if host is not None:
            deck = session.decks.annotate(pages=Count("slides")).filter(pages__gt=0).first()
            turned = (str(deck.public_id), deck.pages) if deck else ("", 0)
            found.append(Ticket(host.person.get_full_name(), _cookie(host.person), RoomRole.HOST, *turned))
    crowd = [_somebody(number) for number in range(people)]
    known = set(Registration.objects.filter(session=session, person__in=crowd).values_list("person_id", flat=True))
    Registration.objects.bulk_create(
        Registration(
            session=session,
            person=person,
            state=RegistrationState.REGISTERED,
            registered_at=now,
            seated_at=now,
            registered_by=person,
            consents_to_recording=True,
            consented_at=now,
        )
        for person in crowd
        if person.pk not in known
    )
    return found + [Ticket(person.get_full_name(), _cookie(person), RoomRole.PARTICIPANT) for person in crowd]


async def come(
    session_id: UUID, crowd: Sequence[Ticket], *, url: str, seconds: float, seed: int, say: Callable[[str], None]
) -> Told:
    """Everybody comes in within a few seconds, does as people do for `seconds`, and leaves."""
    told = Told()
    address = f"{url.replace('http', 'ws', 1)}/ws/seminars/{session_id}/"
    until = time.monotonic() + seconds
    clients = [
        _Somebody(ticket, address, url, until, random.Random(seed * 1000 + number), told, say)  # noqa: S311 - a script
        for number, ticket in enumerate(crowd)
    ]
    await asyncio.gather(*(client.live() for client in clients))
    return told


class _Somebody:
    """One client: comes in, hears, does something now and then; some lose their connection and come back."""

    def __init__(
        self,
        ticket: Ticket,
        address: str,
        origin: str,
        until: float,
        dice: random.Random,
        told: Told,
        say: Callable[[str], None],
    ) -> None:
        self.ticket, self.address, self.origin, self.until = ticket, address, origin, until
        self.dice, self.told, self.say_out = dice, told, say
        self.seq = 0
        self.is_open = False
        self.hand_up = False
        self.questions: set[str] = set()
        self.waiting: dict[str, float] = {}
        self.poll = ""
        self.answers: set[str] = set()
        self.drops_at = time.monotonic() + dice.uniform(8, 25) if dice.random() < 0.2 else None

    @property
    def left(self) -> float:
        return self.until - time.monotonic()

    async def live(self) -> None:
        await asyncio.sleep(0 if self.ticket.role == RoomRole.HOST else self.dice.uniform(0.5, 6))
        for attempt in itertools.count():
            if self.left <= 0:
                return
            try:
                async with connect(
                    self.address,
                    origin=Origin(self.origin),
                    additional_headers={"Cookie": self.ticket.cookie},
                    open_timeout=20,
                    max_size=None,
                ) as socket:
                    self.told.did["entrées" if attempt == 0 else "retours"] += 1
                    await self._in_the_room(socket)
            except (OSError, TimeoutError, InvalidStatus) as error:
                self.told.did[f"portes fermées ({type(error).__name__})"] += 1
            except ConnectionClosed as closed:
                self.told.closes[closed.rcvd.code if closed.rcvd else 1006] += 1
                if closed.rcvd and closed.rcvd.code in (4403, 4404):
                    return
            await asyncio.sleep(max(0.0, min(self.left, self.dice.uniform(2, 7))))

    async def _in_the_room(self, socket: ClientConnection) -> None:
        hears = asyncio.create_task(self._hear(socket))
        acts = asyncio.create_task(self._host(socket) if self.ticket.role == RoomRole.HOST else self._act(socket))
        done, rest = await asyncio.wait({hears, acts}, timeout=max(0.1, self.left), return_when=asyncio.FIRST_COMPLETED)
        for task in rest:
            task.cancel()
        for task in done:
            task.result()

    async def _hear(self, socket: ClientConnection) -> None:
        async for frame in socket:
            event = json.loads(frame)
            self.seq = max(self.seq, event.get("seq") or 0)
            await self._on(socket, event)

    async def _on(self, socket: ClientConnection, event: dict[str, Any]) -> None:
        match event["type"]:
            case "hello":
                self._room(event.get("room") or {})
                await self._send(socket, "resume", since=self.seq if self.lines else 0)
            case "snapshot":
                self._room(event.get("room") or {})
                self.questions |= {one["id"] for one in event.get("questions", ())}
                if event.get("poll"):
                    await self._poll(socket, event["poll"])
            case "room":
                self._room(event)
            case "message":
                self._line(event)
            case "question":
                self.questions.add(event["id"])
            case "poll":
                await self._poll(socket, event)
            case "poll-prepared":
                self.poll = event["id"]
            case "refused":
                self.told.refused[event.get("code", "")] += 1

    def _room(self, event: dict[str, Any]) -> None:
        self.is_open = event.get("state") == SessionState.LIVE

    @property
    def lines(self) -> list[int]:
        return self.told.lines.setdefault(self.ticket.cookie, [])

    def _line(self, event: dict[str, Any]) -> None:
        if event["n"] not in self.lines:
            self.lines.append(event["n"])
        sent = self.waiting.pop(event["id"], None)
        if sent is not None:
            self.told.echoes.append(1000 * (time.monotonic() - sent))

    async def _poll(self, socket: ClientConnection, poll: dict[str, Any]) -> None:
        is_asked = poll["state"] == "open" and poll["id"] not in self.answers
        if not is_asked or self.ticket.role == RoomRole.HOST or self.dice.random() < 0.15:
            return
        self.answers.add(poll["id"])
        await asyncio.sleep(self.dice.uniform(0.2, 2))
        choice = self.dice.choice(poll["choices"])
        await self._send(socket, "poll-answer", "réponses au sondage", id=poll["id"], choices=[choice["id"]])

    async def _send(self, socket: ClientConnection, what: str, counted: str = "", /, **fields: Any) -> None:
        await socket.send(json.dumps({"type": what, **fields}))
        if counted:
            self.told.did[counted] += 1

    async def _act(self, socket: ClientConnection) -> None:
        """Something every few seconds, once the room is open."""
        while self.left > 0:
            await asyncio.sleep(self.dice.uniform(3, 12))
            if self.drops_at is not None and time.monotonic() > self.drops_at:
                self.drops_at = None
                self.told.did["coupures"] += 1
                socket.transport.abort()  # as a cable that is pulled out
                return
            if self.is_open:
                await self._do_something(socket)

    async def _do_something(self, socket: ClientConnection) -> None:
        chance = self.dice.random()
        if chance < 0.45:
            await self._send(socket, "typing")
            await asyncio.sleep(self.dice.uniform(1, 3))
            key = str(uuid7())
            self.waiting[key] = time.monotonic()
            await self._send(socket, "say", "messages", id=key, text=self.dice.choice(SAID), reply=None)
        elif chance < 0.55:
            await self._send(socket, "ask", "questions", id=str(uuid7()), text=self.dice.choice(ASKED))
        elif chance < 0.75 and self.questions:
            wanted = self.dice.choice(sorted(self.questions))
            await self._send(socket, "vote", "votes", id=wanted, wanted=True)
        elif chance < 0.85:
            self.hand_up = not self.hand_up
            await self._send(socket, "hand", "mains levées" if self.hand_up else "mains baissées", up=self.hand_up)
        else:
            await self._send(socket, "react", "réactions", kind=self.dice.choice(REACTIONS))

    async def _host(self, socket: ClientConnection) -> None:
        """Opens the room, and asks a poll in the middle. Nobody ends it: whoever looks on may stay."""
        await asyncio.sleep(1)
        if not self.is_open:
            await self._send(socket, "room", what="open")
            self.say_out(f"{self.ticket.name} ouvre la salle.")
        for page in range(1, self.ticket.pages + 1):
            await asyncio.sleep(max(1.0, self.left / 10))
            await self._send(socket, "slide", "pages tournées", deck=self.ticket.deck, page=page)
        await asyncio.sleep(1)
        choices = ["Oui, souvent", "Parfois", "Pas encore"]
        question = "Avez-vous déjà animé un atelier seul ou seule ?"
        await self._send(socket, "poll-prepare", question=question, choices=choices, right=[], multiple=False)
        while not self.poll:
            await asyncio.sleep(0.2)
        await self._send(socket, "poll-open", "sondages", id=self.poll)
        self.say_out(f"{self.ticket.name} ouvre un sondage.")
        await asyncio.sleep(max(1.0, self.left / 2))
        await self._send(socket, "poll-show", id=self.poll, shown=True)
        await self._send(socket, "poll-close", id=self.poll)
        await asyncio.sleep(max(0.0, self.left))


def _somebody(number: int) -> User:
    first = FIRST[number % len(FIRST)]
    last = LAST[(number // len(FIRST) + number) % len(LAST)]
    name = f"{first} {last}"
    person: User
    person, is_new = User.objects.get_or_create(
        email=f"foule-{number + 1:03d}@example.org",
        defaults={"display_name": name, "certificate_name": name, "password": UNUSABLE_PASSWORD_PREFIX},
    )
    if is_new:
        EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    return person


def _cookie(person: User) -> str:
    client = Client()
    client.force_login(person, backend="lms.accounts.backends.AcademyBackend")
    return f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"
