"""Says in which language a course is written, and since when an import waits."""

import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("courses", "0002_editor_groups"),
    ]

    operations = [
        migrations.AddField(
            model_name="courseimport",
            name="asked_at",
            field=models.DateTimeField(
                default=django.utils.timezone.now, help_text="When the worker was last asked to check or to write it."
            ),
        ),
        migrations.AddField(
            model_name="coursepage",
            name="language",
            field=models.CharField(
                choices=[("fr", "French"), ("en", "English")],
                default="fr",
                help_text="The one it is written in, its modules and lessons too: screen readers then pronounce it well.",
                max_length=10,
                verbose_name="language",
            ),
        ),
    ]
