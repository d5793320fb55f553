"""The database refuses to change a signature, or the word that corrected an attendance."""

from typing import Any

from django.db import migrations

from lms.evidence.append_only import Trigger, put_up, take_down

SIGNATURE = "seminars_halfdaysignature"
CORRECTION = "seminars_attendancecorrection"
TRIGGERS = (
    Trigger("seminars_signature_kept", "DELETE", SIGNATURE),
    Trigger("seminars_signature_frozen", "UPDATE", SIGNATURE),
    Trigger("seminars_correction_kept", "DELETE", CORRECTION),
    Trigger("seminars_correction_frozen", "UPDATE", CORRECTION),
)


def protect(apps: Any, editor: Any) -> None:
    put_up(editor, TRIGGERS)


def unprotect(apps: Any, editor: Any) -> None:
    take_down(editor, TRIGGERS)


class Migration(migrations.Migration):
    dependencies = [
        ("seminars", "0001_initial"),
        ("evidence", "0003_append_only"),  # PostgreSQL's function that refuses
    ]

    operations = [migrations.RunPython(protect, unprotect)]
