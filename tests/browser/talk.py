"""The community's part of the stage: a space with one row of each sort, an evening's cast, and every known attack."""

import os
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.contrib.auth.models import Group
from django.utils import timezone

from community.enums import Action, FlagReason, MemberRole, OfferKind, ThreadKind
from community.formats.prose import read
from community.models import (
    Appeal,
    Bookmark,
    DangerAlert,
    Decision,
    Draft,
    Duty,
    Flag,
    GuidePage,
    Post,
    Profile,
    Reaction,
    Space,
    Thread,
)
from community.services.moderation import flag
from community.services.polls import NewPoll
from community.services.posting import accept, answer, edit, start_thread
from courses.models import AcademyHomePage
from lms.accounts.backends import DEMO_PASSWORD
from lms.accounts.models import User
from lms.kit.ids import uuid7
from lms.programmes.enums import EnrolmentState
from lms.programmes.models import Cohort
from lms.programmes.queries import MODERATORS
from tests.attacks import one_line, vectors
from tests.community.factories import (
    ConversationFactory,
    OfferFactory,
    PostFactory,
    PrivateMessageFactory,
    SpaceFactory,
    SpaceMemberFactory,
    ThreadFactory,
)
from tests.factories import CohortStaffFactory, EnrolmentFactory, UserFactory

HELP = """Chez nous, une **petite affiche** suffit :

- la main sur la souris reste *la sienne* ;
- on montre, puis on laisse faire.

> Montrez-moi, je le ferai.

`https://www.service-public.fr` reste ouvert à côté, et [la fiche](https://www.service-public.fr) aussi."""


def talked(language: str, learner: User, coach: User, moderator: User, alumnus: User) -> dict[str, str]:
    """A space of the whole academy with one row of each sort, seen by a learner, a coach, a moderator, an alumnus."""
    now = timezone.now()
    earlier = now - timedelta(days=2)
    guide = AcademyHomePage.objects.get().add_child(
        instance=GuidePage(title="Bienvenue ici", slug=f"bienvenue-{language}", body="<p>On se dit bonjour.</p>")
    )
    space = SpaceFactory(name=f"Entraide {language}", slug=f"entraide-{language}", welcome=guide, order=50)
    bare = SpaceFactory(name=f"Vide {language}", slug=f"vide-{language}", order=51)
    SpaceMemberFactory(space=space, person=learner, role=MemberRole.MEMBER)
    poll = NewPoll("Quel jour ?", ("Mardi", "Jeudi"), closes_at=None)
    thread = start_thread(
        space=space, author=learner, kind=ThreadKind.QUESTION, title="Comment tenir la souris à deux ?",
        source="Je ne sais pas par où commencer.", key=uuid7(), poll=poll, now=earlier,
    )  # fmt: skip
    post = thread.posts.get()
    helpful = answer(thread=thread, author=coach, source=HELP, key=uuid7(), reply_to=post, now=earlier)
    edit(post=post, source="Je ne sais pas par où commencer avec lui.", version=1, actor=learner, now=now)
    thread.refresh_from_db()
    accept(thread=thread, post=helpful, actor=learner, now=now)
    Reaction.objects.create(post=helpful, person=learner, kind="helps")
    Bookmark.objects.create(post=helpful, person=learner, note="À relire", remind_at=now + timedelta(days=3))
    Draft.objects.create(person=learner, place=f"post:{post.public_id}", content={"source": ["En cours"]}, kept_at=now)
    closed = ThreadFactory(space=space, author=coach, title="Une affaire classée", closed_at=now)
    waiting = ThreadFactory(space=space, author=learner, title="Personne ne sait ?", created_at=earlier)
    return {
        "space": space.slug,
        "bare": bare.slug,
        "guide": guide.url,
        "thread": str(thread.public_id),
        "closed_thread": str(closed.public_id),
        "waiting": str(waiting.public_id),
        "post": str(post.public_id),
        "answer": str(helpful.public_id),
        **privately(learner, coach, now),
        **offered(alumnus),
        **judged(language, space, learner, moderator, now),
    }


def privately(learner: User, coach: User, now: Any) -> dict[str, str]:
    """A conversation, and a page of the directory."""
    Profile.objects.update_or_create(
        person=coach,
        defaults={"is_listed": True, "department": "69", "about": "Je réponds le soir.", "helps_with": "La souris"},
    )
    first, second = sorted((learner, coach), key=lambda person: person.pk)
    conversation = ConversationFactory(first=first, second=second, last_number=2, last_at=now)
    for number, author in enumerate((learner, coach), 1):
        row = PrivateMessageFactory(conversation=conversation, number=number, author=author)
    return {
        "conversation": str(conversation.public_id),
        "message": str(row.public_id),
        "coach": str(coach.public_id),
    }


def offered(alumnus: User) -> dict[str, str]:
    Profile.objects.update_or_create(person=alumnus, defaults={"is_listed": True, "department": "35"})
    OfferFactory(author=alumnus, kind=OfferKind.EVENT, starts_at=timezone.now() + timedelta(days=9), place="Rennes")
    return {"offer": str(OfferFactory(author=alumnus, title="Une mission à Lyon").public_id)}


def judged(language: str, space: Space, learner: User, moderator: User, now: Any) -> dict[str, str]:
    """Somebody's messages that wait for a decision, the learner's that was decided about and her appeal, an alert."""
    rude = somebody(f"rude-{language}", f"Rude {language}", language=language)
    thread = ThreadFactory(space=space, title="Une conversation qui monte", author=learner)
    for source in ("Vous êtes nuls.", "Tous nuls <script>alert(1)</script>"):
        bad = PostFactory(thread=thread, author=rude, source=source)
        flag(thing=bad, flagger=learner, reason=FlagReason.RUDE, words="Blessant", now=now)
    Duty.objects.create(person=moderator, phone="01 99 00 12 34", starts_on=now.date(), ends_on=now.date())
    hidden = PostFactory(thread=thread, author=learner, source="Un mot trop vif.", hidden_at=now)
    told = {
        "rule": "On critique une idée, jamais une personne.",
        "message": "Bonjour,\n\nVotre message blesse.",
        "moderator": User.objects.get(email="mona@example.org"),
        "action": Action.HIDE,
    }
    decision = Decision.objects.create(post=hidden, person=learner, strikes_until=now + timedelta(days=90), **told)
    answered = Decision.objects.create(post=hidden, person=learner, at=now - timedelta(days=1), **told)
    appeal = Appeal.objects.create(decision=answered, words="Je le pensais en ami.")
    alert = DangerAlert.objects.create(post=bad, person=rude, raised_by=learner)
    flags = Flag.objects.filter(post__author=rude).select_related("post")
    return {
        "rude": str(rude.public_id),
        "items": "&".join(f"items={one.post.public_id}" for one in flags if one.post),
        "bad": str(bad.public_id),
        "decision": str(decision.public_id),
        "appealed": str(answered.public_id),
        "appeal": str(appeal.public_id),
        "alert": str(alert.public_id),
    }


def somebody(name: str, display_name: str, **fields: Any) -> User:
    """Who signs in as the demo's cast does."""
    user: User = UserFactory(email=f"{name}@example.org", display_name=display_name, password=DEMO_PASSWORD, **fields)
    return user


def cast(name: str, language: str, cohort: Cohort, coach: User) -> User:
    """Somebody whose training is over, in `cohort`."""
    alumnus = somebody(name, name.replace("-", " ").title(), language=language)
    EnrolmentFactory(learner=alumnus, cohort=cohort, coach=coach, state=EnrolmentState.ALUMNI)
    return alumnus


def moderator(name: str, language: str) -> User:
    user = somebody(name, name.replace("-", " ").title(), language=language, staff_since=timezone.now())
    Group.objects.get(name=MODERATORS).user_set.add(user)
    return user


def evening(cohort: Cohort, coach: User) -> dict[str, str]:
    """Four people and a second moderator, in a space of their own: nothing of anybody else moves in it."""
    people = {
        "evening-learner": somebody("evening-learner", "Inès Petit"),
        "evening-coach": somebody("evening-coach", "Marc Roux"),
        "evening-alumnus": cast("evening-alumnus", "fr", cohort, coach),
    }
    EnrolmentFactory(learner=people["evening-learner"], cohort=cohort, coach=people["evening-coach"])
    CohortStaffFactory(cohort=cohort, user=people["evening-coach"])
    for name in ("evening-moderator", "evening-judge"):
        moderator(name, "fr")
    space = SpaceFactory(name="Le soir", slug="le-soir", is_closed=True)
    for person in people.values():
        SpaceMemberFactory(space=space, person=person)
    return {"evening_space": space.slug}


def attacks(material: Path, cohort: Cohort) -> dict[str, Any]:
    """Every known attack as a message, forty a thread, in a space that one person and the moderators read; the first
    hundred are the titles of threads too. A queue's worth of them is reported."""
    pieces = vectors(material / "sanitizer")
    space = SpaceFactory(name="Cabinet des horreurs", slug="cabinet", is_closed=True)
    reader = EnrolmentFactory(learner=somebody("witness", "Témoin"), cohort=cohort).learner
    SpaceMemberFactory(space=space, person=reader)
    author = somebody("attacker", "<img src=x onerror=alert(1)>")
    threads = []
    for start in range(0, len(pieces), 40):
        some = pieces[start : start + 40]
        thread = Thread.objects.create(
            space=space, kind=ThreadKind.DISCUSSION, title=one_line(some[0]), author=author,
            post_count=len(some), last_number=len(some),
        )  # fmt: skip
        Post.objects.bulk_create(
            Post(thread=thread, number=number, author=author, source=piece, html=read(piece).html)
            for number, piece in enumerate(some, 1)
        )
        threads.append(str(thread.public_id))
    titled = SpaceFactory(name="<script>alert(1)</script>", slug="titres", is_closed=True, description=pieces[0][:200])
    SpaceMemberFactory(space=titled, person=reader)
    for piece in pieces[:100]:
        ThreadFactory(space=titled, author=author, title=one_line(piece), first=piece or "-")
    posts = Post.objects.filter(thread__space=space).order_by("pk")[:240]
    Flag.objects.bulk_create(
        Flag(post=post, flagger=reader, reason=FlagReason.SPAM, words=post.source[:500]) for post in posts
    )
    told = Flag.objects.filter(post__author=author).values_list("post__public_id", flat=True)
    return {
        "attacks": threads,
        "attacker": str(author.public_id),
        "attack_count": len(pieces),
        "attack_items": "&".join(f"items={public_id}" for public_id in told),
    }


def material() -> Path | None:
    root = Path(__file__).resolve().parent.parent.parent
    path = Path(os.environ.get("ACADEMY_MATERIAL", root.parent / "shared" / "material"))
    return path if path.is_dir() else None
