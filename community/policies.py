"""Who may do what with the records of the community in Wagtail's admin: administrators.

Moderators change slow mode and the rules against spam on their own pages, by phone.
"""

from wagtail.permissions import register_permission_policy

from lms.programmes.policies import ProgrammePolicy

from .models import Duty, ModerationTemplate, Space, SpamRule, TrustRule


def register() -> None:
    """Tell Wagtail; called once, from `AppConfig.ready()`."""
    for policy in (
        # A space carries what people wrote: it is archived, never deleted.
        ProgrammePolicy(Space, never={"delete"}),
        ProgrammePolicy(TrustRule, never={"add", "delete"}),
        ProgrammePolicy(SpamRule),
        ProgrammePolicy(ModerationTemplate),
        ProgrammePolicy(Duty),
    ):
        register_permission_policy(policy.model, policy, exact_class=True)
