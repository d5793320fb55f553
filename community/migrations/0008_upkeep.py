"""The database refuses to change the journal of what is done to threads, spaces and rules."""

from typing import Any

from django.db import migrations

from lms.evidence.append_only import Trigger, put_up, take_down

TRIGGERS = (
    Trigger("community_upkeepline_kept", "DELETE", "community_upkeepline"),
    Trigger("community_upkeepline_frozen", "UPDATE", "community_upkeepline"),
)


def protect(apps: Any, editor: Any) -> None:
    put_up(editor, TRIGGERS)


def unprotect(apps: Any, editor: Any) -> None:
    take_down(editor, TRIGGERS)


class Migration(migrations.Migration):
    dependencies = [("community", "0005_search_column")]

    operations = [migrations.RunPython(protect, unprotect)]
