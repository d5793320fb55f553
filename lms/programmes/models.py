"""Who trains whom, for which certification, in which track, paid by whom."""

from datetime import date
from typing import ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel

from lms.kit.ids import PublicIdModel

from .enums import CohortRole, EnrolmentState

siret = RegexValidator(r"^\d{14}$", _("A SIRET has 14 digits."))


# --- Organisations ----------------------------------------------------------------------------------------------------


class TrainingProvider(PublicIdModel):
    """The organisation that answers for the training and signs the papers."""

    name = models.CharField(_("name"), max_length=200)
    activity_number = models.CharField(
        _("activity declaration number (NDA)"), max_length=20, help_text=_("Code du travail, art. L6351-1.")
    )
    siret = models.CharField("SIRET", max_length=14, blank=True, validators=[siret])
    address = models.TextField(_("address"), blank=True)
    city = models.CharField(_("city"), max_length=100, blank=True, help_text=_("The place written on papers."))
    signatory_name = models.CharField(_("signatory"), max_length=150, blank=True)
    signatory_title = models.CharField(_("signatory's role"), max_length=150, blank=True)
    help_name = models.CharField(_("help contact"), max_length=150, blank=True)
    help_role = models.CharField(_("help contact's role"), max_length=150, blank=True)
    help_phone = models.CharField(_("help phone"), max_length=30, blank=True)
    help_email = models.EmailField(_("help e-mail"), blank=True)
    help_hours = models.CharField(_("help hours"), max_length=200, blank=True, help_text=_("In words, with the zone."))
    help_delay = models.CharField(_("answer within"), max_length=100, blank=True)
    disability_contact = models.CharField(
        _("disability contact"), max_length=200, blank=True, help_text=_("Name, phone and e-mail.")
    )

    class Meta:
        verbose_name = _("training provider")
        verbose_name_plural = _("training providers")

    def __str__(self) -> str:
        return self.name


class Partner(PublicIdModel, ClusterableModel):
    """A member of the consortium: it runs cohorts and sees nobody else's."""

    provider = models.ForeignKey(
        TrainingProvider, on_delete=models.PROTECT, related_name="partners", verbose_name=_("training provider")
    )
    name = models.CharField(_("name"), max_length=200, unique=True)
    territory = models.CharField(_("territory"), max_length=200, blank=True)
    siret = models.CharField("SIRET", max_length=14, blank=True, validators=[siret])

    class Meta:
        verbose_name = _("partner")
        verbose_name_plural = _("partners")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class PartnerMembership(models.Model):
    """Makes a person manager of a partner."""

    partner = ParentalKey(Partner, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="partner_memberships", verbose_name=_("person")
    )

    class Meta:
        verbose_name = _("partner manager")
        verbose_name_plural = _("partner managers")
        constraints = [models.UniqueConstraint(fields=["partner", "user"], name="programmes_partnermembership_unique")]

    def __str__(self) -> str:
        return f"{self.user}, {self.partner}"


class Funder(PublicIdModel, ClusterableModel):
    """Who pays, and how long its proofs must be kept."""

    name = models.CharField(_("name"), max_length=200, unique=True)
    retention_years = models.PositiveSmallIntegerField(
        _("years of retention"), default=6, help_text=_("After the end of the year of the last payment.")
    )

    class Meta:
        verbose_name = _("funder")
        verbose_name_plural = _("funders")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class AuditAccess(models.Model):
    """A funder's auditor reads that funder's files, between two dates, and changes nothing."""

    funder = ParentalKey(Funder, on_delete=models.CASCADE, related_name="audit_accesses")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="audit_accesses", verbose_name=_("person")
    )
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"))
    granted_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        verbose_name = _("audit access")
        verbose_name_plural = _("audit accesses")
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")), name="programmes_auditaccess_dates_ordered"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user}, {self.funder}"


class HostStructure(PublicIdModel):
    """The local authority or association that employs or welcomes the learner."""

    name = models.CharField(_("name"), max_length=200)
    siret = models.CharField("SIRET", max_length=14, blank=True, validators=[siret])
    external_id = models.CharField(_("external id"), max_length=50, blank=True)
    postcode = models.CharField(_("postcode"), max_length=10, blank=True)
    city = models.CharField(_("city"), max_length=100, blank=True)

    class Meta:
        verbose_name = _("host structure")
        verbose_name_plural = _("host structures")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


# --- Certification ----------------------------------------------------------------------------------------------------


class Certification(PublicIdModel):
    """A vocational title, through all its versions."""

    title = models.CharField(_("title"), max_length=250)
    acronym = models.CharField(_("acronym"), max_length=20, blank=True)

    class Meta:
        verbose_name = _("certification")
        verbose_name_plural = _("certifications")
        ordering = ["title"]

    def __str__(self) -> str:
        return self.title


class CertificationVersion(PublicIdModel):
    """What a learner's file points at: one version of the title, with its codes and its dates."""

    certification = models.ForeignKey(Certification, on_delete=models.PROTECT, related_name="versions")
    title = models.CharField(_("title of this version"), max_length=250)
    rncp_code = models.CharField(_("RNCP code"), max_length=20, blank=True)
    title_code = models.CharField(_("title code"), max_length=20, blank=True, help_text=_("For example TP-01336."))
    vintage = models.CharField(_("vintage"), max_length=10, blank=True)
    level = models.PositiveSmallIntegerField(_("level"), null=True, blank=True, validators=[MaxValueValidator(8)])
    nsf_code = models.CharField(_("NSF code"), max_length=10, blank=True)
    valid_from = models.DateField(_("valid from"))
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    successor = models.OneToOneField(
        "self",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="predecessor",
        verbose_name=_("successor"),
    )

    class Meta:
        verbose_name = _("certification version")
        verbose_name_plural = _("certification versions")
        ordering = ["certification", "-valid_from"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gt=F("valid_from")),
                name="programmes_certificationversion_dates_ordered",
            )
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.title_code or self.rncp_code or self.valid_from.year})"


class CompetencyBlock(PublicIdModel, ClusterableModel):
    """A CCP: the part of a title that can be certified on its own."""

    version = models.ForeignKey(CertificationVersion, on_delete=models.CASCADE, related_name="blocks")
    code = models.CharField(_("code"), max_length=20, help_text=_("For example CCP1."))
    title = models.CharField(_("title"), max_length=300)
    order = models.PositiveSmallIntegerField(_("order"), default=1)

    class Meta:
        verbose_name = _("competency block (CCP)")
        verbose_name_plural = _("competency blocks (CCP)")
        ordering = ["version", "order"]
        constraints = [models.UniqueConstraint(fields=["version", "code"], name="programmes_competencyblock_unique")]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"


class Competency(PublicIdModel, ClusterableModel):
    """One professional competence of a block."""

    block = ParentalKey(CompetencyBlock, on_delete=models.CASCADE, related_name="competencies")
    number = models.PositiveSmallIntegerField(_("number"))
    title = models.CharField(_("title"), max_length=300)

    class Meta:
        verbose_name = _("competency")
        verbose_name_plural = _("competencies")
        ordering = ["block", "number"]
        constraints = [models.UniqueConstraint(fields=["block", "number"], name="programmes_competency_unique")]

    def __str__(self) -> str:
        return f"{self.number}. {self.title}"


class PerformanceCriterion(models.Model):
    """What the jury looks at to say that a competence is mastered."""

    competency = ParentalKey(Competency, on_delete=models.CASCADE, related_name="criteria")
    text = models.CharField(_("criterion"), max_length=400)
    order = models.PositiveSmallIntegerField(_("order"), default=1)

    class Meta:
        verbose_name = _("performance criterion")
        verbose_name_plural = _("performance criteria")
        ordering = ["competency", "order"]

    def __str__(self) -> str:
        return self.text


# --- Tracks, cohorts, enrolments --------------------------------------------------------------------------------------


class Track(PublicIdModel):
    """What a placement leads to: so many hours, so much of them remote, towards one block."""

    block = models.ForeignKey(
        CompetencyBlock, on_delete=models.PROTECT, related_name="tracks", verbose_name=_("competency block")
    )
    name = models.CharField(_("name"), max_length=150)
    hours = models.PositiveSmallIntegerField(_("planned hours"))
    remote_share = models.PositiveSmallIntegerField(
        _("remote share (%)"),
        default=100,
        validators=[MaxValueValidator(100)],
        help_text=_("Written in the training contract (Code du travail, art. D6353-1)."),
    )

    class Meta:
        verbose_name = _("track")
        verbose_name_plural = _("tracks")
        ordering = ["hours"]
        constraints = [
            models.CheckConstraint(condition=Q(remote_share__lte=100), name="programmes_track_remote_share"),
            models.CheckConstraint(condition=Q(hours__gt=0), name="programmes_track_hours"),
        ]

    def __str__(self) -> str:
        return self.name


class Cohort(PublicIdModel, ClusterableModel):
    """A group of learners of one partner in one track, between two dates."""

    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="cohorts", verbose_name=_("partner"))
    track = models.ForeignKey(Track, on_delete=models.PROTECT, related_name="cohorts", verbose_name=_("track"))
    funder = models.ForeignKey(
        Funder, null=True, blank=True, on_delete=models.PROTECT, related_name="cohorts", verbose_name=_("funder")
    )
    name = models.CharField(_("name"), max_length=150)
    starts_on = models.DateField(_("starts on"))
    ends_on = models.DateField(_("ends on"))

    class Meta:
        verbose_name = _("cohort")
        verbose_name_plural = _("cohorts")
        ordering = ["-starts_on", "name"]
        constraints = [
            models.UniqueConstraint(fields=["partner", "name"], name="programmes_cohort_unique"),
            models.CheckConstraint(condition=Q(ends_on__gt=F("starts_on")), name="programmes_cohort_dates_ordered"),
        ]

    def __str__(self) -> str:
        return self.name

    def week(self, today: date) -> tuple[int, int]:
        """(current week, number of weeks), both from 1, clamped to the cohort's dates."""
        total = max(1, -(-(self.ends_on - self.starts_on).days // 7))
        return min(max((today - self.starts_on).days // 7 + 1, 1), total), total


class CohortStaff(models.Model):
    """A named contact of a cohort (Qualiopi, indicator 9) and what this person may see."""

    cohort = ParentalKey(Cohort, on_delete=models.CASCADE, related_name="staff")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="cohort_roles", verbose_name=_("person")
    )
    role = models.CharField(_("role"), max_length=20, choices=CohortRole)
    delay = models.CharField(_("answers within"), max_length=80, blank=True)

    class Meta:
        verbose_name = _("cohort contact")
        verbose_name_plural = _("cohort contacts")
        constraints = [models.UniqueConstraint(fields=["cohort", "user", "role"], name="programmes_cohortstaff_unique")]

    def __str__(self) -> str:
        return f"{self.user}, {self.get_role_display()}"


class EnrolmentQuerySet(models.QuerySet["Enrolment"]):
    def with_access(self) -> "EnrolmentQuerySet":
        """Enrolments that open the courses: in training, completed, alumni (for ever)."""
        return self.filter(state__in=Enrolment.OPEN_STATES)


class Enrolment(PublicIdModel):
    """One person in one cohort: what hours, progress and attestations hang on."""

    OPEN_STATES: ClassVar = (EnrolmentState.ACTIVE, EnrolmentState.COMPLETED, EnrolmentState.ALUMNI)

    learner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="enrolments", verbose_name=_("learner")
    )
    cohort = models.ForeignKey(Cohort, on_delete=models.PROTECT, related_name="enrolments", verbose_name=_("cohort"))
    state = models.CharField(_("state"), max_length=10, choices=EnrolmentState, default=EnrolmentState.PENDING)
    coach = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="coached_enrolments",
        verbose_name=_("coach"),
    )
    host_structure = models.ForeignKey(
        HostStructure, null=True, blank=True, on_delete=models.SET_NULL, verbose_name=_("host structure")
    )
    external_id = models.CharField(_("external id"), max_length=50, blank=True)
    weekly_goal_minutes = models.PositiveSmallIntegerField(_("weekly goal (minutes)"), default=0)
    enrolled_at = models.DateTimeField(_("enrolled on"), default=timezone.now, editable=False)
    state_changed_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = EnrolmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("enrolment")
        verbose_name_plural = _("enrolments")
        ordering = ["-enrolled_at"]
        constraints = [models.UniqueConstraint(fields=["learner", "cohort"], name="programmes_enrolment_unique")]
        indexes = [models.Index(fields=["cohort", "state"], name="programmes_enrolment_cohort")]

    def __str__(self) -> str:
        return f"{self.learner}, {self.cohort}"

    @property
    def is_open(self) -> bool:
        """Whether this enrolment opens the courses; alumni never lose it."""
        return self.state in self.OPEN_STATES


class EnrolmentChange(models.Model):
    """The history of an enrolment's state: who, when, why. Rows are only ever added."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="changes")
    old_state = models.CharField(max_length=10, choices=EnrolmentState)
    new_state = models.CharField(max_length=10, choices=EnrolmentState)
    reason = models.CharField(max_length=300, blank=True)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["at"]

    def __str__(self) -> str:
        return f"{self.old_state} → {self.new_state}"
