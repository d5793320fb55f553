"""The database refuses to change what moderators decided."""

from typing import Any

from django.db import migrations

from lms.evidence.append_only import Trigger, put_up, take_down

DECISION = "community_decision"
TRIGGERS = (
    Trigger("community_decision_kept", "DELETE", DECISION),
    Trigger("community_decision_frozen", "UPDATE", DECISION),
    Trigger("community_appeal_kept", "DELETE", "community_appeal"),
)


def protect(apps: Any, editor: Any) -> None:
    put_up(editor, TRIGGERS)


def unprotect(apps: Any, editor: Any) -> None:
    take_down(editor, TRIGGERS)


class Migration(migrations.Migration):
    dependencies = [
        ("community", "0002_search"),
        ("evidence", "0003_append_only"),  # PostgreSQL's function that refuses
    ]

    operations = [migrations.RunPython(protect, unprotect)]
