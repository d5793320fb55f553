"""Proofs of assistance, which the database refuses to change."""

import django.db.models.deletion
import django.utils.timezone
import lms.kit.ids
from django.conf import settings
from django.db import migrations, models

from lms.evidence.append_only import Trigger, put_up, take_down

TRIGGERS = (
    Trigger("evidence_assistance_kept", "DELETE", "evidence_assistance"),
    Trigger("evidence_assistance_frozen", "UPDATE", "evidence_assistance"),
)


def protect(apps, editor):
    put_up(editor, TRIGGERS)


def unprotect(apps, editor):
    take_down(editor, TRIGGERS)


class Migration(migrations.Migration):
    dependencies = [
        ("evidence", "0004_appointment_kind"),
        ("programmes", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Assistance",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=lms.kit.ids.uuid7, editable=False, unique=True)),
                ("kind", models.CharField(choices=[("community", "Answer in the community")], max_length=10)),
                ("answer_id", models.UUIDField(help_text="Public id of what was said, in the app that owns it.")),
                ("subject", models.CharField(max_length=255)),
                (
                    "helper_role",
                    models.CharField(
                        choices=[
                            ("coach", "Coach"),
                            ("trainer", "Trainer"),
                            ("pedagogical_lead", "Pedagogical lead"),
                            ("disability_contact", "Disability contact"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "asked_at",
                    models.DateTimeField(help_text="When the learner asked; empty where nobody had asked.", null=True),
                ),
                ("answered_at", models.DateTimeField()),
                ("written_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("digest", models.CharField(help_text="SHA-256 of the line, printed beside it.", max_length=64)),
                (
                    "enrolment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="assistances",
                        to="programmes.enrolment",
                    ),
                ),
                (
                    "helper",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "takes_back",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="taken_back",
                        to="evidence.assistance",
                    ),
                ),
            ],
            options={
                "ordering": ["-answered_at", "-id"],
                "indexes": [models.Index(fields=["enrolment", "-answered_at"], name="evidence_assistance_timeline")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("takes_back__isnull", True)),
                        fields=("kind", "answer_id"),
                        name="evidence_assistance_written_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("asked_at__isnull", True), ("asked_at__lte", models.F("answered_at")), _connector="OR"
                        ),
                        name="evidence_assistance_asked_before",
                    ),
                ],
            },
        ),
        migrations.RunPython(protect, unprotect),
    ]
