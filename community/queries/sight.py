"""Which spaces a person sees: the one place that decides it, for pages, search, feeds, counts, mails and sockets."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from community.enums import Audience, MemberRole, Posting
from community.models import Post, Profile, Space, SpaceMember, Standing, Thread
from community.models.threads import PostQuerySet
from lms.programmes.enums import EnrolmentState
from lms.programmes.models import Cohort
from lms.programmes.queries import roles_of


@dataclass
class Sight:
    """What one person may read, read once a request. Ids are database ids, for filtering only."""

    user: Any

    @cached_property
    def belongs(self) -> bool:
        """Whether she is of the academy: a learner whose access is open, alumni included, or a member of the team.
        A funder's auditor is not: nothing here is hers to read."""
        return bool(self.user.is_authenticated and self.user.is_active) and (self.is_learner or self.is_team)

    @property
    def is_learner(self) -> bool:
        return roles_of(self.user).is_learner

    @cached_property
    def is_team(self) -> bool:
        roles = roles_of(self.user)
        return bool(self.moderates_all or roles.staffed_cohort_ids or roles.partner_ids or roles.is_editor)

    @cached_property
    def moderates_all(self) -> bool:
        """Moderators of the academy and administrators."""
        return bool(self.user.is_superuser or roles_of(self.user).is_moderator)

    @cached_property
    def spaces(self) -> dict[int, Space]:
        """Every space she reads, archived ones included, by id and in their order."""
        if not self.belongs:
            return {}
        rows = Space.objects.select_related("partner", "cohort", "welcome").annotate(
            named_as=SpaceMember.objects.filter(space=OuterRef("pk"), person=self.user).values("role")[:1],
            lives_in=Profile.objects.filter(person=self.user).values("department")[:1],
        )
        return {space.pk: space for space in rows.filter(self._audience()) if self._is_of_territory(space)}

    def _is_of_territory(self, space: Any) -> bool:
        """Whether a territory's space is one of the department she lives in; other spaces are of none."""
        if space.audience != Audience.TERRITORY or self.moderates_all:
            return True
        return bool(space.lives_in) and space.lives_in in space.departments

    def _audience(self) -> Q:
        if self.moderates_all:
            return Q()
        roles = roles_of(self.user)
        open_ones = [enrolment for enrolment in roles.enrolments if enrolment.is_open]
        cohort_ids = {enrolment.cohort_id for enrolment in open_ones} | roles.staffed_cohort_ids
        partner_ids = {enrolment.cohort.partner_id for enrolment in open_ones} | roles.partner_ids
        audience = Q(audience__in=(Audience.ACADEMY, Audience.THEME))
        audience |= Q(audience=Audience.COHORT, cohort__in=cohort_ids)
        if roles.partner_ids:
            audience |= Q(audience=Audience.COHORT, cohort__partner__in=roles.partner_ids)
        if roles.staffed_cohort_ids:
            staffed = Cohort.objects.filter(pk__in=roles.staffed_cohort_ids).values("partner")
            audience |= Q(audience=Audience.PARTNER, partner__in=staffed)
        audience |= Q(audience=Audience.PARTNER, partner__in=partner_ids)
        if any(enrolment.state == EnrolmentState.ALUMNI for enrolment in open_ones):
            audience |= Q(audience=Audience.ALUMNI)
        audience |= Q(audience=Audience.TERRITORY)  # those of her department are sorted out where they are read
        named = Exists(SpaceMember.objects.filter(space=OuterRef("pk"), person=self.user))
        return audience & (Q(is_closed=False) | Q(named))

    def moderates(self, space_id: int) -> bool:
        """Whether she moderates this space: the academy's moderators all of them, its own moderators theirs."""
        if self.moderates_all:
            return True
        space = self.spaces.get(space_id)
        return space is not None and space.named_as == MemberRole.MODERATOR

    @property
    def moderated_ids(self) -> set[int]:
        return {pk for pk in self.spaces if self.moderates(pk)}

    def may_write_in(self, space: Space) -> bool:
        """Whether this space is one she may write in at all; pauses and slow mode are the services' business."""
        if space.pk not in self.spaces or space.archived_at is not None:
            return False
        if self.moderates(space.pk) or space.posting == Posting.READERS:
            return True
        return space.posting == Posting.TEAM and self.is_team

    @cached_property
    def standing(self) -> Standing:
        """Her standing as it is kept; a newcomer's where there is none yet (not saved)."""
        return Standing.objects.filter(person=self.user).first() or Standing(person=self.user, since=timezone.now())


def sight_of(user: Any) -> Sight:
    """The sight of `user`, read once a request and kept on the user object."""
    if not hasattr(user, "_community_sight"):
        user._community_sight = Sight(user)
    sight: Sight = user._community_sight
    return sight


def threads_seen_by(user: Any) -> QuerySet[Thread]:
    """Threads of her spaces; hidden ones only for who moderates their space."""
    sight = sight_of(user)
    threads = Thread.objects.filter(space__in=sight.spaces, merged_into=None)
    if sight.moderates_all:
        return threads
    return threads.filter(Q(hidden_at=None) | Q(space__in=sight.moderated_ids))


def posts_seen_by(user: Any) -> PostQuerySet:
    """Posts she may read: standing ones of her threads; a moderator also sees what was hidden."""
    sight = sight_of(user)
    posts = Post.objects.filter(thread__space__in=sight.spaces)
    if sight.moderates_all:
        return posts
    seen = Q(hidden_at=None, deleted_at=None, thread__hidden_at=None) | Q(thread__space__in=sight.moderated_ids)
    return posts.filter(seen)
