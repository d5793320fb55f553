"""What staff see of a cohort: its learners, their credited hours, when each was last seen."""

from django.db import models
from django.db.models import Count, Max, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from courses.models import LessonProgress
from lms.evidence.models import HourEntry
from lms.programmes.models import Cohort, Enrolment


def with_learner_counts(cohorts: QuerySet[Cohort]) -> QuerySet[Cohort]:
    """Adds `learner_count`: people in training, completed or alumni."""
    return (
        cohorts.select_related("partner", "track")
        .annotate(learner_count=Count("enrolments", filter=Q(enrolments__state__in=Enrolment.OPEN_STATES)))
        .order_by("-starts_on", "name", "pk")
        .fetch_mode(models.FETCH_RAISE)
    )


def learners_of(cohort: Cohort) -> QuerySet[Enrolment]:
    """The enrolments of a cohort by name; one query whatever their number.

    Adds `credited_minutes` (counter-entries included: the total of every other page) and `last_activity`, the last
    time a lesson was touched, or None.
    """
    hours = HourEntry.objects.filter(enrolment=OuterRef("pk")).order_by().values("enrolment")
    progress = LessonProgress.objects.filter(enrolment=OuterRef("pk")).order_by().values("enrolment")
    return (
        Enrolment.objects.filter(cohort=cohort)
        .select_related("learner", "coach", "host_structure")
        .annotate(
            credited_minutes=Coalesce(Subquery(hours.annotate(total=Sum("credited_minutes")).values("total")), 0),
            last_activity=Subquery(progress.annotate(last=Max("opened_at")).values("last")),
        )
        .order_by("learner__display_name", "pk")
        .fetch_mode(models.FETCH_RAISE)
    )
