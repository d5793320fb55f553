"""How many minutes of coaching a learner's track offers, and how many are booked."""

from dataclasses import dataclass

from coaching.enums import Presence
from coaching.models import Appointment, CoachingQuota, Seat
from lms.programmes.models import Enrolment


@dataclass(frozen=True, slots=True)
class Quota:
    """Minutes of coaching of one enrolment. `used` counts what is booked or held, past and to come."""

    offered: int
    used: int

    @property
    def left(self) -> int:
        return max(0, self.offered - self.used)

    def covers(self, minutes: int) -> bool:
        return self.used + minutes <= self.offered


def quota_of(enrolment: Enrolment, *, without: Appointment | None = None) -> Quota | None:
    """The quota of this learner; None when her track sets none. `without` leaves out the appointment being replaced.

    An appointment the coach did not come to, or whose kind is outside the quota, takes nothing from it.
    """
    offered = CoachingQuota.objects.filter(track__cohorts=enrolment.cohort_id).values_list("minutes", flat=True).first()
    if offered is None:
        return None
    seats = Seat.objects.live().filter(enrolment=enrolment, appointment__kind__counts_in_quota=True)
    seats = seats.exclude(appointment__coach_presence=Presence.NO_SHOW)
    if without is not None:
        seats = seats.exclude(appointment=without)
    lengths = [ends_at - starts_at for starts_at, ends_at in seats.values_list("starts_at", "ends_at")]
    return Quota(offered, sum(int(length.total_seconds()) // 60 for length in lengths))
