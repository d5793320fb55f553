"""No two live appointments of a coach or a place overlap, nor two live seats of a person: the database says so."""

from typing import Any

from django.db import migrations

from coaching import overlaps


def put_up(apps: Any, editor: Any) -> None:
    overlaps.put_up(editor)


def take_down(apps: Any, editor: Any) -> None:
    overlaps.take_down(editor)


class Migration(migrations.Migration):
    dependencies = [("coaching", "0001_initial")]

    operations = [migrations.RunPython(put_up, take_down)]
