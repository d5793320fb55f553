"""Answers of the team to learners become dated proofs of assistance, with the time the learner waited."""

from datetime import datetime

from community.models import Post
from lms.accounts.models import User
from lms.evidence.enums import AssistanceKind
from lms.evidence.models import Assistance
from lms.evidence.services import record_assistance, restore_assistance, take_back_assistance
from lms.programmes.enums import CohortRole, EnrolmentState
from lms.programmes.models import CohortStaff, Enrolment

_IN_TRAINING = (EnrolmentState.ACTIVE, EnrolmentState.COMPLETED)
_FIRST_ROLES = (CohortRole.COACH, CohortRole.TRAINER, CohortRole.PEDAGOGICAL_LEAD, CohortRole.DISABILITY_CONTACT)


def note_answer(post: Post, now: datetime) -> Assistance | None:
    """Write the proof when `post` is an answer of a cohort's team to a learner in training; None for any other post.

    Helped is whoever is answered: the author of the post it replies to, the thread's where it replies to none. A
    contact of her own cohort answers there first; one of another cohort helps too. Call it in the transaction that
    writes the post: a second call writes nothing more.
    """
    helped_id = post.reply_to.author_id if post.reply_to is not None else post.thread.author_id
    if helped_id == post.author_id:
        return None
    roles = list(CohortStaff.objects.filter(user=post.author_id).values_list("cohort_id", "role"))
    enrolments = list(
        Enrolment.objects.filter(learner=helped_id, state__in=_IN_TRAINING)
        .select_related("cohort")
        .order_by("-enrolled_at")
    )
    own = next((one for one in enrolments if _role(one, post.author, roles)), None)
    enrolment = own or next(iter(enrolments), None)
    if enrolment is None:
        return None
    role = _role(enrolment, post.author, roles) or _first_of({role for _cohort, role in roles})
    if role is None:
        return None
    return record_assistance(
        enrolment=enrolment,
        kind=AssistanceKind.COMMUNITY,
        answer_id=post.public_id,
        subject=post.thread.title,
        helper=post.author,
        role=role,
        asked_at=_asked_at(post, helped_id),
        answered_at=post.created_at,
        now=now,
    )


def note_taken_back(post: Post, now: datetime) -> None:
    """Write that the answer is no longer there, whether its author took it back or a moderator hid it."""
    take_back_assistance(kind=AssistanceKind.COMMUNITY, answer_id=post.public_id, now=now)


def note_shown(post: Post, now: datetime) -> Assistance | None:
    """Write that the answer is there again, or for the first time, where it waited for a moderator."""
    return restore_assistance(kind=AssistanceKind.COMMUNITY, answer_id=post.public_id, now=now) or note_answer(
        post, now
    )


def _role(enrolment: Enrolment, helper: User, roles: list[tuple[int, str]]) -> CohortRole | None:
    """What `helper` is to this learner; None for somebody who has no part in her cohort."""
    if enrolment.coach_id == helper.pk:
        return CohortRole.COACH
    return _first_of({role for cohort_id, role in roles if cohort_id == enrolment.cohort_id})


def _first_of(held: set[str]) -> CohortRole | None:
    return next((role for role in _FIRST_ROLES if role in held), None)


def _asked_at(post: Post, helped_id: int) -> datetime | None:
    """Since when she has been waiting: her first message that no contact has answered; None when all were."""
    thread = Post.objects.filter(thread=post.thread_id, number__lt=post.number).standing()
    answers = Assistance.objects.standing().filter(
        kind=AssistanceKind.COMMUNITY, enrolment__learner=helped_id, answer_id__in=thread.values("public_id")
    )
    hers = thread.filter(author=helped_id, created_at__lte=post.created_at)
    if answered_at := answers.order_by("-answered_at").values_list("answered_at", flat=True).first():
        hers = hers.filter(created_at__gt=answered_at)
    return hers.order_by("number").values_list("created_at", flat=True).first()
