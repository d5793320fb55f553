"""The database refuses to change a line of the hours' book, a proof of assistance, or an attestation except to revoke
it, once."""

from django.db import migrations

from lms.evidence.append_only import Trigger, put_up, take_down

LINE = "evidence_hourentry"
PAPER = "evidence_attestation"
ASSISTANCE = "evidence_assistance"
FROZEN = "id, public_id, enrolment_id, course_id, code, issued_at, paper, digest, kind, until"

TRIGGERS = (
    Trigger("evidence_line_kept", "DELETE", LINE),
    Trigger("evidence_line_frozen", "UPDATE", LINE),
    Trigger("evidence_paper_kept", "DELETE", PAPER),
    Trigger("evidence_paper_frozen", f"UPDATE OF {FROZEN}", PAPER),
    Trigger("evidence_paper_revoked_once", "UPDATE", PAPER, when="OLD.revoked_at IS NOT NULL"),
    Trigger("evidence_assistance_kept", "DELETE", ASSISTANCE),
    Trigger("evidence_assistance_frozen", "UPDATE", ASSISTANCE),
)


def protect(apps, editor):
    put_up(editor, TRIGGERS)


def unprotect(apps, editor):
    take_down(editor, TRIGGERS)


class Migration(migrations.Migration):

    dependencies = [("evidence", "0001_initial")]

    operations = [migrations.RunPython(protect, unprotect)]
