"""Loads the demo academy: organisations, people, the course and what everybody has done; loading again adds nothing."""

import tomllib
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group
from django.db import transaction
from django.utils import timezone

from courses.models import CoursePage, TrackModule
from courses.services.editors import ensure_editor_groups
from lms.accounts.backends import DEMO_PASSWORD
from lms.accounts.models import User
from lms.kit.errors import DomainError
from lms.programmes.enums import EnrolmentState
from lms.programmes.models import (
    AuditAccess,
    Certification,
    CertificationVersion,
    Cohort,
    CohortStaff,
    Competency,
    CompetencyBlock,
    Enrolment,
    Funder,
    HostStructure,
    Partner,
    PartnerMembership,
    Track,
    TrainingProvider,
)
from lms.programmes.queries import EDITORS, MODERATORS
from lms.programmes.services import change_state, invite_learner

from .coaching import load_coaching, refresh_coaching
from .community import load_community
from .journeys import follow
from .lessons import HERE, load_course, load_home, modules_by_name
from .seminars import load_seminars, refresh_seminars

_REASONS = {
    EnrolmentState.SUSPENDED: "Pause d’un mois, à sa demande.",
    EnrolmentState.WITHDRAWN: "Départ pour un autre emploi.",
}
_GROUPS = {"editor": EDITORS, "moderator": MODERATORS}


class DemoRefused(DomainError):
    """The demo is not loaded here."""


def load(*, now: datetime) -> bool:
    """Load whatever of the demo is missing, in one transaction; say whether anything was.

    Dates are counted from `now`. Rows already there are left as they are.

    Raises:
        DemoRefused: `DEBUG` is off: everybody knows the cast's password.
    """
    if not settings.DEBUG:
        raise DemoRefused(
            "not-in-production", "The demo is for trying the academy: it is not loaded when DEBUG is off."
        )
    with transaction.atomic():
        cast = _Cast(tomllib.loads((HERE / "cast.toml").read_text(encoding="utf-8")), now)
        return cast.load()


class _Cast:
    """The rows of `cast.toml`, each kept under the name that others call it by."""

    def __init__(self, told: dict[str, Any], now: datetime) -> None:
        self.told = told
        self.now = now
        self.today = timezone.localdate(now)
        self.anything_new = False
        self.people: dict[str, User] = {}
        self.new_people: set[str] = set()
        self.rows: dict[str, dict[str, Any]] = {}

    def load(self) -> bool:
        self._organisations()
        self._certification()
        self._people()
        editor = self.people["ed"]
        home = load_home(editor)
        ensure_editor_groups()  # editors work under the home, now that there is one
        known = CoursePage.objects.exists()
        course = load_course(home, self.rows["blocks"]["CCP1"], editor, self.now)
        self.anything_new |= not known
        self._tracks(course)
        self._cohorts()
        self._enrolments()
        rows = self.rows
        self.anything_new |= load_coaching(
            partners=rows["partners"], tracks=rows["tracks"], cohorts=rows["cohorts"], now=self.now
        )
        self.anything_new |= refresh_coaching(now=self.now) is not None
        self.anything_new |= load_community(
            partners=rows["partners"], tracks=rows["tracks"], cohorts=rows["cohorts"], now=self.now
        )
        self.anything_new |= load_seminars(now=self.now)
        self.anything_new |= refresh_seminars(now=self.now) is not None
        return self.anything_new

    def _row(self, model: Any, told: dict[str, Any], *names: str, **known_by: Any) -> Any:
        """One row: found by `known_by`, or created with the fields `names` of what is told."""
        row, created = model.objects.get_or_create(
            **known_by, defaults={name: told[name] for name in names if name in told}
        )
        self.anything_new |= created
        return row

    def _organisations(self) -> None:
        provider = self._row(
            TrainingProvider, self.told["provider"], *self.told["provider"], name=self.told["provider"]["name"]
        )
        self.rows["partners"] = {
            one["slug"]: self._row(
                Partner, one | {"provider": provider}, "provider", "territory", "siret", name=one["name"]
            )
            for one in self.told["partners"]
        }
        self.rows["funders"] = {
            one["slug"]: self._row(Funder, one, "retention_years", name=one["name"]) for one in self.told["funders"]
        }
        self.rows["hosts"] = {
            one["slug"]: self._row(
                HostStructure, one, "name", "siret", "postcode", "city", external_id=one["external_id"]
            )
            for one in self.told["host_structures"]
        }

    def _certification(self) -> None:
        told = self.told["certification"]
        certification = self._row(Certification, told, "title", acronym=told["acronym"])
        fields = ("rncp_code", "title_code", "vintage", "level", "nsf_code", "valid_from", "valid_until")
        versions = {
            one["slug"]: self._row(CertificationVersion, one, *fields, certification=certification, title=one["title"])
            for one in told["versions"]
        }
        for one in told["versions"]:
            if "successor" in one and versions[one["slug"]].successor_id is None:
                versions[one["slug"]].successor = versions[one["successor"]]
                versions[one["slug"]].save(update_fields=["successor"])
        self.rows["blocks"] = {}
        for one in told["blocks"]:
            block = self._row(
                CompetencyBlock, one, "title", "order", version=versions[one["version"]], code=one["code"]
            )
            self.rows["blocks"][one["code"]] = block
            for number, title in enumerate(one["competencies"], 1):
                self._row(Competency, {"title": title}, "title", block=block, number=number)

    def _people(self) -> None:
        invited = {one["learner"] for one in self.told["enrolments"] if one["state"] == EnrolmentState.PENDING}
        password = make_password(DEMO_PASSWORD)  # once: it is slow on purpose
        for told in self.told["people"]:
            if told["key"] in invited:
                continue
            learns = told["roles"] == ["learner"]
            fields = {name: told[name] for name in ("phone", "time_zone", "text_size") if name in told}
            user, created = User.objects.get_or_create(
                email=f"{told['key']}@example.org",
                defaults={
                    "display_name": told["display_name"],
                    "certificate_name": told["certificate_name"],
                    "language": told["language"],
                    "password": password,
                    "is_superuser": "administrator" in told["roles"],
                    "staff_since": None if learns else self.now,
                    **fields,
                },
            )
            self.people[told["key"]] = user
            if created:
                self.anything_new = True
                user.emailaddress_set.create(email=user.email, verified=True, primary=True)
                self._give_roles(user, told)

    def _give_roles(self, user: User, told: dict[str, Any]) -> None:
        for role in told["roles"]:
            if role in _GROUPS:
                user.groups.add(Group.objects.get_or_create(name=_GROUPS[role])[0])
            elif role == "partner_manager":
                PartnerMembership.objects.create(partner=self.rows["partners"][told["partner"]], user=user)
            elif role == "funder_auditor":
                AuditAccess.objects.create(
                    funder=self.rows["funders"][told["funder"]],
                    user=user,
                    starts_on=self._day(told["audit_starts_in_days"]),
                    ends_on=self._day(told["audit_ends_in_days"]),
                )

    def _tracks(self, course: CoursePage) -> None:
        modules = modules_by_name(course)
        self.rows["tracks"] = {}
        for told in self.told["tracks"]:
            track = self._row(
                Track, told, "name", "remote_share", block=self.rows["blocks"]["CCP1"], hours=told["hours"]
            )
            self.rows["tracks"][told["slug"]] = track
            for order, one in enumerate(told["modules"], 1):
                fields = {"required": one["required"], "minutes": one["hours"] * 60, "order": order}
                self._row(TrackModule, fields, *fields, track=track, module=modules[one["module"]])

    def _cohorts(self) -> None:
        self.rows["cohorts"] = {}
        for told in self.told["cohorts"]:
            fields = {
                "track": self.rows["tracks"][told["track"]],
                "funder": self.rows["funders"][told["funder"]],
                "starts_on": self._day(told["starts_in_days"]),
                "ends_on": self._day(told["ends_in_days"]),
            }
            cohort = self._row(
                Cohort, fields, *fields, partner=self.rows["partners"][told["partner"]], name=told["name"]
            )
            self.rows["cohorts"][told["slug"]] = cohort
            for one in told["staff"]:
                self._row(CohortStaff, one, "delay", cohort=cohort, user=self.people[one["person"]], role=one["role"])

    def _enrolments(self) -> None:
        by_key = {one["key"]: one for one in self.told["people"]}
        for told in self.told["enrolments"]:
            cohort: Cohort = self.rows["cohorts"][told["cohort"]]
            email = f"{told['learner']}@example.org"
            if Enrolment.objects.filter(learner__email=email, cohort=cohort).exists():
                continue
            self.anything_new = True
            coach = self.people[told["coach"]]
            enrolled_at = timezone.make_aware(datetime.combine(cohort.starts_on, datetime.min.time()))
            enrolment = invite_learner(
                cohort=cohort,
                email=email,
                display_name=by_key[told["learner"]]["display_name"],
                certificate_name=by_key[told["learner"]]["certificate_name"],
                actor=coach,
                now=self.now if told["state"] == EnrolmentState.PENDING else enrolled_at,
            )
            enrolment.coach = coach
            enrolment.host_structure = self.rows["hosts"].get(told.get("host_structure"))
            enrolment.external_id = told["external_id"]
            enrolment.weekly_goal_minutes = told.get("weekly_goal_minutes", 0)
            enrolment.save(update_fields=["coach", "host_structure", "external_id", "weekly_goal_minutes"])
            self._journey(enrolment, told)

    def _journey(self, enrolment: Enrolment, told: dict[str, Any]) -> None:
        if told["state"] == EnrolmentState.PENDING:
            return
        last_seen = self.now - timedelta(days=told.get("silent_days", 0))
        follow(enrolment, lessons_done=told["lessons_done"], now=last_seen)
        enrolment.refresh_from_db(fields=["state"])
        if told["state"] != enrolment.state:
            change_state(
                enrolment=enrolment,
                state=EnrolmentState(told["state"]),
                reason=_REASONS.get(EnrolmentState(told["state"]), ""),
                actor=enrolment.coach,
                now=self.now,
            )

    def _day(self, days: int) -> Any:
        return self.today + timedelta(days=days)
