"""Attestations of hours followed, and links that show an attestation.

SQLite builds the table of attestations anew: its triggers are taken down, and put up over the new columns too.
"""

import django.db.models.deletion
from django.db import migrations, models

import lms.kit.ids
from lms.evidence.append_only import Trigger, put_up, take_down

PAPER = "evidence_attestation"
KEPT = Trigger("evidence_paper_kept", "DELETE", PAPER)
REVOKED = Trigger("evidence_paper_revoked_once", "UPDATE", PAPER, when="OLD.revoked_at IS NOT NULL")
FROZEN = "id, public_id, enrolment_id, course_id, code, issued_at, paper, digest"
BEFORE = (KEPT, Trigger("evidence_paper_frozen", f"UPDATE OF {FROZEN}", PAPER), REVOKED)
AFTER = (KEPT, Trigger("evidence_paper_frozen", f"UPDATE OF {FROZEN}, kind, until", PAPER), REVOKED)


def down_before(apps, editor):
    take_down(editor, BEFORE)


def up_before(apps, editor):
    put_up(editor, BEFORE)


def down_after(apps, editor):
    take_down(editor, AFTER)


def up_after(apps, editor):
    put_up(editor, AFTER)


class Migration(migrations.Migration):

    dependencies = [("evidence", "0006_seminars")]

    operations = [
        migrations.RunPython(down_before, up_before),
        migrations.AddField(
            model_name="attestation",
            name="kind",
            field=models.CharField(
                choices=[("course", "Course finished"), ("hours", "Hours followed")], default="course", max_length=10
            ),
        ),
        migrations.AddField(
            model_name="attestation",
            name="until",
            field=models.DateField(help_text="The last day that an attestation of hours counts.", null=True),
        ),
        migrations.AlterField(model_name="attestation", name="course_id", field=models.UUIDField(null=True)),
        migrations.AddConstraint(
            model_name="attestation",
            constraint=models.UniqueConstraint(fields=("enrolment", "until"), name="evidence_attestation_one_a_day"),
        ),
        migrations.AddConstraint(
            model_name="attestation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("course_id__isnull", False), ("kind", "course"), ("until__isnull", True)),
                    models.Q(("course_id__isnull", True), ("kind", "hours"), ("until__isnull", False)),
                    _connector="OR",
                ),
                name="evidence_attestation_of_a_course_or_hours",
            ),
        ),
        migrations.RunPython(up_after, down_after),
        migrations.CreateModel(
            name="AttestationShare",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=lms.kit.ids.uuid7, editable=False, unique=True)),
                ("label", models.CharField(blank=True, max_length=80)),
                ("token_digest", models.CharField(max_length=64, unique=True)),
                ("created_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("stopped_at", models.DateTimeField(null=True)),
                (
                    "attestation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="shares", to="evidence.attestation"
                    ),
                ),
            ],
            options={
                "ordering": ["-created_at", "-id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("expires_at__gt", models.F("created_at"))),
                        name="evidence_attestationshare_expires_later",
                    )
                ],
            },
        ),
    ]
