"""The records of the community in Wagtail’s admin: spaces with who is named in them, the rules, who is on duty."""

from typing import Any, ClassVar

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, ObjectList
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSetGroup

from community.forms.records import SpaceForm, SpamRuleForm
from community.models import Duty, ModerationTemplate, Space, SpamRule, TrustRule
from community.services.moderation import note_slow_mode, note_spam_rule
from lms.kit.scoped import ScopedDeleteView, ScopedEditView, ScopedForm, ScopedInlinePanel, ScopedModelViewSet


class _SpaceEditView(ScopedEditView):
    request: Any

    def save_instance(self) -> Any:
        before = Space.objects.get(pk=self.object.pk).slow_mode_seconds  # the form has already written on `self.object`
        space = super().save_instance()
        note_slow_mode(space=space, before=before, actor=self.request.user, now=timezone.now())
        return space


class SpaceViewSet(ScopedModelViewSet):
    model = Space
    edit_view_class = _SpaceEditView
    icon = "group"
    add_to_reference_index = False
    list_display: ClassVar = ["name", "audience", "is_closed", "posting", "order", "archived_at"]
    search_fields: ClassVar = ["name", "description"]
    edit_handler = ObjectList(
        [
            FieldPanel("name"),
            FieldPanel("slug"),
            FieldPanel("description"),
            MultiFieldPanel(
                [
                    FieldPanel("audience"),
                    FieldPanel("cohort"),
                    FieldPanel("partner"),
                    FieldPanel("departments"),
                    FieldPanel("is_closed"),
                ],
                heading=_("Who reads it"),
            ),
            MultiFieldPanel(
                [FieldPanel("posting"), FieldPanel("usual_kind"), FieldPanel("slow_mode_seconds")],
                heading=_("Who writes in it"),
            ),
            FieldPanel("welcome"),
            FieldRowPanel([FieldPanel("order"), FieldPanel("archived_at")]),
            ScopedInlinePanel(
                "members",
                panels=[FieldRowPanel([FieldPanel("person"), FieldPanel("role")])],
                heading=_("People named in it"),
                label=_("Person"),
            ),
        ],
        base_form_class=SpaceForm,
    )


class TrustRuleViewSet(ScopedModelViewSet):
    model = TrustRule
    icon = "success"
    add_to_reference_index = False
    list_display: ClassVar = ["get_trust_display", "posts_read", "days_visited", "thanks_received"]
    edit_handler = ObjectList(
        [
            MultiFieldPanel(
                [FieldPanel("posts_read"), FieldPanel("days_visited"), FieldPanel("thanks_received")],
                heading=_("What it takes"),
            ),
            MultiFieldPanel(
                [
                    FieldPanel("links"),
                    FieldPanel("files"),
                    FieldPanel("mentions"),
                    FieldPanel("posts_a_day"),
                    FieldPanel("conversations_a_day"),
                ],
                heading=_("What it allows (empty: no limit)"),
            ),
        ],
        base_form_class=ScopedForm,
    )


class _SpamRuleCreateView(generic.CreateView):
    request: Any

    def save_instance(self) -> Any:
        rule = super().save_instance()
        note_spam_rule(before=None, after=rule, actor=self.request.user, now=timezone.now())
        return rule


class _SpamRuleEditView(ScopedEditView):
    request: Any

    def save_instance(self) -> Any:
        before = SpamRule.objects.get(pk=self.object.pk)
        rule = super().save_instance()
        note_spam_rule(before=before, after=rule, actor=self.request.user, now=timezone.now())
        return rule


class _SpamRuleDeleteView(ScopedDeleteView):
    request: Any

    def delete_action(self) -> None:
        with transaction.atomic():
            note_spam_rule(before=self.object, after=None, actor=self.request.user, now=timezone.now())
            super().delete_action()


class SpamRuleViewSet(ScopedModelViewSet):
    """What moderators change from their own pages as well: either way the journal says who did, and when."""

    model = SpamRule
    add_view_class = _SpamRuleCreateView
    edit_view_class = _SpamRuleEditView
    delete_view_class = _SpamRuleDeleteView
    icon = "warning"
    add_to_reference_index = False
    list_display: ClassVar = ["get_signal_display", "word", "points", "is_active"]
    search_fields: ClassVar = ["word"]
    edit_handler = ObjectList(
        [FieldPanel("signal"), FieldPanel("word"), FieldRowPanel([FieldPanel("points"), FieldPanel("is_active")])],
        base_form_class=SpamRuleForm,
    )


class ModerationTemplateViewSet(ScopedModelViewSet):
    model = ModerationTemplate
    icon = "mail"
    add_to_reference_index = False
    list_display: ClassVar = ["name", "language", "get_reason_display", "rule"]
    search_fields: ClassVar = ["name", "rule", "text"]
    edit_handler = ObjectList(
        [
            FieldPanel("name"),
            FieldRowPanel([FieldPanel("language"), FieldPanel("reason"), FieldPanel("order")]),
            FieldPanel("rule"),
            FieldPanel("text", help_text=_("{name}, {rule} and {title} are filled in; how to appeal follows.")),
        ],
        base_form_class=ScopedForm,
    )


class DutyViewSet(ScopedModelViewSet):
    model = Duty
    icon = "calendar-alt"
    add_to_reference_index = False
    list_display: ClassVar = ["person", "phone", "starts_on", "ends_on"]
    list_select_related = ("person",)
    edit_handler = ObjectList(
        [FieldPanel("person"), FieldPanel("phone"), FieldRowPanel([FieldPanel("starts_on"), FieldPanel("ends_on")])],
        base_form_class=ScopedForm,
    )


class CommunityGroup(ModelViewSetGroup):
    menu_label = _("Community")
    menu_icon = "group"
    menu_order = 265
    items = (SpaceViewSet, TrustRuleViewSet, SpamRuleViewSet, ModerationTemplateViewSet, DutyViewSet)
