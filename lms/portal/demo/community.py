"""A believable community for the demo: spaces, guides, three months of threads, a directory, offers, a conflict."""

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from django.contrib.auth.hashers import make_password
from django.utils import timezone

from community.enums import FlagReason, MemberRole, OfferKind, ReactionKind, ThreadKind
from community.models import Duty, GuidePage, PollVote, Post, Reaction, Space, SpaceMember, SpaceReading, Thread
from community.queries.sight import sight_of
from community.services.messages import mark_read, send_private
from community.services.moderation import flag
from community.services.offers import Wording, make_offer
from community.services.people import Shown, show_profile
from community.services.polls import NewPoll
from community.services.posting import accept, answer, start_thread
from community.services.reading import UNDO, sweep_tellings
from community.services.trust import note_thanks
from courses.models import AcademyHomePage, LessonPage
from lms.accounts.backends import DEMO_PASSWORD
from lms.accounts.models import User
from lms.kit.ids import uuid7
from lms.notifications.enums import DeliveryState
from lms.notifications.models import Delivery, Notification
from lms.programmes.enums import EnrolmentState
from lms.programmes.models import Cohort, Partner, Track
from lms.programmes.services import change_state, invite_learner

from .lessons import HERE

READ_AFTER = timedelta(days=2)
UNREAD_FOR = timedelta(days=3)
"""What moved since is new to those who come to look at the demo."""
VISITORS = ("lina", "otto", "clara", "pia", "mona")
DUTY_PHONE = "06 39 98 11 30"


def load_community(
    *, partners: Mapping[str, Partner], tracks: Mapping[str, Track], cohorts: Mapping[str, Cohort], now: datetime
) -> bool:
    """Load the community once; say whether it was missing. No mail leaves for what is told in the past."""
    if Space.objects.exists():
        return False
    told = tomllib.loads((HERE / "community.toml").read_text(encoding="utf-8"))
    _Alumni(told, now).load(partners, tracks)
    months = _Months(told, now)
    months.guides()
    months.spaces(partners, cohorts)
    months.happen()
    _hush(now)
    return True


class _Alumni:
    """A cohort that has ended, and those who stayed."""

    def __init__(self, told: dict[str, Any], now: datetime) -> None:
        self.told = told
        self.now = now

    def load(self, partners: Mapping[str, Partner], tracks: Mapping[str, Track]) -> None:
        told, today = self.told["alumni_cohort"], timezone.localdate(self.now)
        cohort = Cohort.objects.create(
            name=told["name"],
            partner=partners[told["partner"]],
            track=tracks[told["track"]],
            starts_on=today + timedelta(days=told["starts_in_days"]),
            ends_on=today + timedelta(days=told["ends_in_days"]),
        )
        password = make_password(DEMO_PASSWORD)
        for row in self.told["alumni"]:
            self._graduate(row, cohort, password)

    def _graduate(self, row: dict[str, Any], cohort: Cohort, password: str) -> None:
        person = User.objects.create(
            email=f"{row['key']}@example.org",
            display_name=row["display_name"],
            certificate_name=row["certificate_name"],
            password=password,
        )
        person.emailaddress_set.create(email=person.email, verified=True, primary=True)
        begun, ended = _midnight(cohort.starts_on), _midnight(cohort.ends_on)
        enrolment = invite_learner(
            cohort=cohort,
            email=person.email,
            display_name=person.display_name,
            certificate_name=person.certificate_name,
            actor=_person("nadia"),
            now=begun,
        )
        steps = [
            (EnrolmentState.ACTIVE, begun),
            (EnrolmentState.COMPLETED, ended),
            (EnrolmentState.ALUMNI, ended + timedelta(days=1)),
        ]
        for state, at in steps:
            enrolment.refresh_from_db()
            if enrolment.state != state:
                change_state(enrolment=enrolment, state=state, reason="", actor=_person("nadia"), now=at)


@dataclass(frozen=True, slots=True)
class _Event:
    """Something that happened in the three months; `order` parts those of the same minute."""

    at: datetime
    order: int
    happen: Callable[[datetime], None]


class _Months:
    """The rows of `community.toml`, told in the order in which they happened."""

    def __init__(self, told: dict[str, Any], now: datetime) -> None:
        self.told = told
        self.now = now
        self.people: dict[str, User] = {}
        self.by_slug: dict[str, Space] = {}
        self.pages: dict[str, GuidePage] = {}
        self.threads: dict[int, Thread] = {}
        self.flagged: dict[str, Post] = {}
        self.events: list[_Event] = []

    def guides(self) -> None:
        home = AcademyHomePage.objects.get()
        for told in self.told["guides"]:
            fields = {name: told[name] for name in ("title", "slug", "is_guidelines") if name in told}
            page = home.add_child(instance=GuidePage(**fields, body=told["body"].strip()))
            page.save_revision(user=_person("ed")).publish()
            self.pages[told["slug"]] = page

    def spaces(self, partners: Mapping[str, Partner], cohorts: Mapping[str, Cohort]) -> None:
        for told in self.told["spaces"]:
            space = Space.objects.create(
                **{name: told[name] for name in ("name", "slug", "description", "audience", "usual_kind", "order")},
                is_closed=told.get("is_closed", False),
                partner=partners.get(told.get("partner")),
                cohort=cohorts.get(told.get("cohort")),
                welcome=self.pages.get(told.get("welcome")),
            )
            for key in told.get("members", ()):
                role = MemberRole.MODERATOR if key in told["moderators"] else MemberRole.MEMBER
                SpaceMember.objects.create(space=space, person=_person(key), role=role)
            self.by_slug[told["slug"]] = space
        today = timezone.localdate(self.now)
        Duty.objects.create(
            person=_person("mona"), phone=DUTY_PHONE, starts_on=today, ends_on=today + timedelta(days=60)
        )

    def happen(self) -> None:
        """Everything, the oldest first: limits, trust and news then come out as they would have."""
        for number, told in enumerate(self.told["threads"]):
            self._plan_thread(number, told)
        for told in self.told["private"]:
            self._plan(told["at"], self._wrote_privately, told)
        for told in self.told["flags"]:
            self._plan(told["at"], self._flagged, told)
        for told in self.told["offers"]:
            self._plan(told["at"], self._offered, told)
        for event in sorted(self.events, key=lambda event: (event.at, event.order)):
            event.happen(event.at)
            sweep_tellings(now=event.at + UNDO)
        for told in self.told["profiles"]:
            self._shown(told)
        for key in VISITORS:
            SpaceReading.objects.bulk_create(
                SpaceReading(space=space, person=self._who(key), read_before=self.now - UNREAD_FOR)
                for space in sight_of(self._who(key)).spaces.values()
            )

    # --- Threads ---

    def _plan_thread(self, number: int, told: dict[str, Any]) -> None:
        self._plan(told["at"], lambda row, at: self._started(number, row, at), told)
        for post in told["posts"]:
            self._plan(post["at"], lambda row, at: self._answered(number, row, at), post)

    def _started(self, number: int, told: dict[str, Any], at: datetime) -> None:
        poll = told.get("poll")
        author = self._who(told["by"])
        thread = start_thread(
            space=self.by_slug[told["space"]],
            author=author,
            kind=told["kind"],
            title=told["title"],
            source=_unfolded(told["text"]),
            key=uuid7(),
            lesson=LessonPage.objects.live().get(title=told["lesson"]) if "lesson" in told else None,
            poll=NewPoll(poll["question"], tuple(poll["options"]), closes_at=None) if poll else None,
            now=at,
        )
        if told.get("pinned"):
            thread.pinned_at = at
            thread.save(update_fields=["pinned_at"])
        if poll:
            options = list(thread.posts.get().poll.options.all())
            PollVote.objects.bulk_create(
                PollVote(option=options[choice - 1], person=self._who(key), at=at + timedelta(hours=2))
                for key, choice in poll["votes"]
            )
        self.threads[number] = thread

    def _answered(self, number: int, told: dict[str, Any], at: datetime) -> None:
        thread = self.threads[number]
        post = answer(thread=thread, author=self._who(told["by"]), source=told["text"], key=uuid7(), now=at)
        if told.get("solves") and thread.kind == ThreadKind.QUESTION:
            thread.refresh_from_db()
            accept(thread=thread, post=post, actor=thread.author, now=at)
        for kind in ReactionKind:
            for key in told.get(kind.value, ()):
                Reaction.objects.create(post=post, person=self._who(key), kind=kind, at=self._later(at))
                if kind == ReactionKind.THANKS:
                    note_thanks(post.author, at)
        if "flagged" in told:
            self.flagged[told["flagged"]] = post

    # --- The rest ---

    def _wrote_privately(self, told: dict[str, Any], at: datetime) -> None:
        author, person = self._who(told["by"]), self._who(told["to"])
        message = send_private(author=author, person=person, source=told["text"], key=uuid7(), now=at)
        mark_read(conversation=message.conversation, person=person, until=message.number)

    def _flagged(self, told: dict[str, Any], at: datetime) -> None:
        post = self.flagged[told["post"]]
        reason = FlagReason(told["reason"])
        flag(thing=post, flagger=self._who(told["by"]), reason=reason, words=told["words"], now=at)

    def _offered(self, told: dict[str, Any], at: datetime) -> None:
        today = timezone.localdate(self.now)
        begins = _midnight(today + timedelta(days=told["starts_in_days"])) if "starts_in_days" in told else None
        make_offer(
            author=self._who(told["by"]),
            wording=Wording(
                kind=OfferKind(told["kind"]),
                title=told["title"],
                source=_unfolded(told["text"]),
                ends_on=today + timedelta(days=told["until_in_days"]),
                place=told.get("place", ""),
                department=told.get("department", ""),
                starts_at=begins + timedelta(hours=19) if begins else None,
            ),
            now=at,
        )

    def _shown(self, told: dict[str, Any]) -> None:
        show_profile(
            person=self._who(told["person"]),
            shown=Shown(
                is_listed=True,
                department=told["department"],
                about=told["about"],
                helps_with=told["helps_with"],
                is_mentor=told.get("is_mentor", False),
                takes_messages=True,
            ),
            now=self.now,
        )

    def _plan(self, at: str, happen: Callable[[dict[str, Any], datetime], None], told: dict[str, Any]) -> None:
        self.events.append(_Event(self._moment(at), len(self.events), lambda moment: happen(told, moment)))

    def _moment(self, told: str) -> datetime:
        """`12 18:40`: twelve days before now, at that hour of the academy's clock."""
        days, clock = told.split()
        hour, minute = clock.split(":")
        day = timezone.localdate(self.now) - timedelta(days=int(days))
        return timezone.make_aware(datetime.combine(day, time(int(hour), int(minute))))

    def _later(self, at: datetime) -> datetime:
        return min(at + timedelta(hours=3), self.now)

    def _who(self, key: str) -> User:
        if key not in self.people:
            self.people[key] = _person(key)
        return self.people[key]


def _hush(now: datetime) -> None:
    """Three months are over: no mail of them leaves, and the older news are read."""
    told = Notification.objects.filter(kind__startswith="community.")
    Delivery.objects.filter(notification__in=told, state=DeliveryState.PENDING).update(
        state=DeliveryState.SKIPPED, finished_at=now
    )
    told.filter(created_at__lt=now - READ_AFTER).update(read_at=now)


def _person(key: str) -> User:
    found: User = User.objects.get(email=f"{key}@example.org")
    return found


def _midnight(day: Any) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _unfolded(text: str) -> str:
    """The paragraphs of the file, whose lines are folded; lists keep theirs."""
    lines: list[str] = []
    for line in text.strip().splitlines():
        starts_anew = not line or line.startswith(("- ", "1. ", "2. ", "3. ", "4. ")) or not lines or not lines[-1]
        if starts_anew:
            lines.append(line)
        else:
            lines[-1] += f" {line}"
    return "\n".join(lines)
