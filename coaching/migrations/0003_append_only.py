"""The database refuses to change what a report said, or who signed it."""

from typing import Any

from django.db import migrations

from lms.evidence.append_only import Trigger, put_up, take_down

REVISION = "coaching_reportrevision"
SIGNATURE = "coaching_reportsignature"
TRIGGERS = (
    Trigger("coaching_revision_kept", "DELETE", REVISION),
    Trigger("coaching_revision_frozen", "UPDATE", REVISION),
    Trigger("coaching_signature_kept", "DELETE", SIGNATURE),
    Trigger("coaching_signature_frozen", "UPDATE", SIGNATURE),
)


def protect(apps: Any, editor: Any) -> None:
    put_up(editor, TRIGGERS)


def unprotect(apps: Any, editor: Any) -> None:
    take_down(editor, TRIGGERS)


class Migration(migrations.Migration):
    dependencies = [
        ("coaching", "0002_no_double_booking"),
        ("evidence", "0003_append_only"),  # PostgreSQL's function that refuses
    ]

    operations = [migrations.RunPython(protect, unprotect)]
