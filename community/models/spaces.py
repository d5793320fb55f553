"""The rooms of the forum, who is named in them, and the editors' pages that welcome people."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.admin.panels import FieldPanel
from wagtail.fields import RichTextField
from wagtail.models import Page
from wagtail.search import index

from community.enums import Audience, Level, MemberRole, Posting, ThreadKind
from courses.models import ServedByView
from lms.kit.ids import PublicIdModel
from lms.programmes.models import Cohort, Partner


class GuidePage(ServedByView, Page):
    """The welcome of a space, or the community's guidelines: text that editors draft, preview and publish."""

    view_name = "community.views.guides.guide"

    body = RichTextField(_("text"), features=["h2", "h3", "bold", "italic", "ol", "ul", "link", "hr"])

    is_guidelines = models.BooleanField(
        _("the community’s guidelines"),
        default=False,
        help_text=_("Members find this page from the community’s home, and where they write or report."),
    )

    content_panels: ClassVar = [*Page.content_panels, FieldPanel("body"), FieldPanel("is_guidelines")]
    promote_panels: ClassVar = [FieldPanel("slug")]
    search_fields: ClassVar = [*Page.search_fields, index.SearchField("body")]
    parent_page_types: ClassVar = ["courses.AcademyHomePage"]
    subpage_types: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("community guide")
        verbose_name_plural = _("community guides")


class SpaceQuerySet(models.QuerySet["Space"]):
    def open(self) -> "SpaceQuerySet":
        """Not archived."""
        return self.filter(archived_at=None)


class Space(PublicIdModel, ClusterableModel):
    """One room of the forum. Few of them: an audience each, and the sorts of thread that belong there.

    `is_closed`: only those of the audience who are named in `members` come in. Moderators of the academy see every
    space; a space's own moderators are members with that role.
    """

    name = models.CharField(_("name"), max_length=80)
    slug = models.SlugField(_("address"), max_length=80, unique=True)
    description = models.CharField(_("what it is for"), max_length=200, blank=True)
    audience = models.CharField(_("audience"), max_length=10, choices=Audience, default=Audience.ACADEMY)
    partner = models.ForeignKey(
        Partner, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("partner")
    )
    cohort = models.ForeignKey(
        Cohort, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("cohort")
    )
    departments = models.JSONField(
        _("departments"), default=list, blank=True, help_text=_("Codes of French departments, for a territory.")
    )
    is_closed = models.BooleanField(
        _("closed"), default=False, help_text=_("Only the people named below, within the audience, come in.")
    )
    posting = models.CharField(_("who may write"), max_length=10, choices=Posting, default=Posting.READERS)
    usual_kind = models.CharField(
        _("usual kind of thread"), max_length=12, choices=ThreadKind, default=ThreadKind.DISCUSSION
    )
    slow_mode_seconds = models.PositiveIntegerField(
        _("slow mode (seconds)"), default=0, help_text=_("Least time between two messages of one person; 0: none.")
    )
    welcome = models.ForeignKey(
        GuidePage, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", verbose_name=_("welcome page")
    )
    order = models.PositiveSmallIntegerField(_("order"), default=100)
    archived_at = models.DateTimeField(_("archived on"), null=True, blank=True)

    objects = SpaceQuerySet.as_manager()

    class Meta:
        verbose_name = _("space")
        verbose_name_plural = _("spaces")
        ordering = ["order", "name"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(audience=Audience.COHORT) | Q(cohort__isnull=False), name="community_space_cohort_named"
            ),
            models.CheckConstraint(
                condition=~Q(audience=Audience.PARTNER) | Q(partner__isnull=False), name="community_space_partner_named"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class SpaceMember(models.Model):
    """Somebody named in a space: let into a closed one, or moderating it."""

    space = ParentalKey(Space, on_delete=models.CASCADE, related_name="members")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", verbose_name=_("person")
    )
    role = models.CharField(_("role"), max_length=10, choices=MemberRole, default=MemberRole.MEMBER)
    since = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["space", "person"], name="community_spacemember_once")]

    def __str__(self) -> str:
        return f"{self.person}, {self.space}"


class SpaceReading(models.Model):
    """How somebody reads a space: its level, and before when everything counts as read."""

    space = models.ForeignKey(Space, on_delete=models.CASCADE, related_name="readings")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    level = models.CharField(max_length=10, choices=Level, default=Level.NORMAL)
    read_before = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["space", "person"], name="community_spacereading_once")]

    def __str__(self) -> str:
        return f"{self.person}, {self.space}"


class SpaceFeed(models.Model):
    """One person's secret address of one space's Atom feed; only the token's SHA-256 is kept."""

    space = models.ForeignKey(Space, on_delete=models.CASCADE, related_name="feeds")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    token_digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["space", "person"], name="community_spacefeed_once")]

    def __str__(self) -> str:
        return f"{self.person}, {self.space}"
