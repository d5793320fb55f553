import django.db.models.deletion
import django.utils.timezone
import lms.kit.ids
from django.conf import settings
from django.db import migrations, models
from lms.kit.tables import at_once


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('programmes', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = at_once([
        migrations.CreateModel(
            name='Attestation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=lms.kit.ids.uuid7, editable=False, unique=True)),
                ('kind', models.CharField(choices=[('course', 'Course finished'), ('hours', 'Hours followed')], default='course', max_length=10)),
                ('course_id', models.UUIDField(null=True)),
                ('until', models.DateField(help_text='The last day that an attestation of hours counts.', null=True)),
                ('code', models.CharField(help_text='What the QR code and the short address carry.', max_length=10, unique=True)),
                ('issued_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('paper', models.JSONField(help_text='Every word printed, as it was on the day of issue.')),
                ('digest', models.CharField(max_length=64)),
                ('revoked_at', models.DateTimeField(blank=True, null=True)),
                ('revoked_reason', models.CharField(blank=True, max_length=300)),
                ('enrolment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='attestations', to='programmes.enrolment')),
                ('revoked_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-issued_at'],
            },
        ),
        migrations.CreateModel(
            name='AttestationShare',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=lms.kit.ids.uuid7, editable=False, unique=True)),
                ('label', models.CharField(blank=True, max_length=80)),
                ('token_digest', models.CharField(max_length=64, unique=True)),
                ('created_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('stopped_at', models.DateTimeField(null=True)),
                ('attestation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='shares', to='evidence.attestation')),
            ],
            options={
                'ordering': ['-created_at', '-id'],
            },
        ),
        migrations.CreateModel(
            name='HourEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=lms.kit.ids.uuid7, editable=False, unique=True)),
                ('activity_kind', models.CharField(choices=[('lesson', 'Lesson'), ('appointment', 'Appointment'), ('seminar', 'Live seminar'), ('replay', 'Replay watched')], max_length=20)),
                ('activity_id', models.UUIDField(help_text='Public id of the activity, in the app that owns it.')),
                ('activity_title', models.CharField(max_length=255)),
                ('course_id', models.UUIDField(help_text='Public id of the course the activity belongs to.', null=True)),
                ('planned_minutes', models.PositiveIntegerField()),
                ('credited_minutes', models.IntegerField(help_text='Negative on a counter-entry.')),
                ('measured_seconds', models.PositiveIntegerField(default=0, help_text='Observed on this activity when the line was written; corroborates, never counts.')),
                ('reason', models.CharField(help_text='Why these minutes were granted or taken back, in words.', max_length=300)),
                ('source', models.CharField(choices=[('observed', 'observed by the academy'), ('declared', 'declared by the learner'), ('certified', 'certified by a member of staff')], default='observed', max_length=10)),
                ('happened_at', models.DateTimeField()),
                ('written_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('digest', models.CharField(help_text='SHA-256 of the line, printed beside it.', max_length=64)),
                ('author', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('corrects', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='corrections', to='evidence.hourentry')),
                ('enrolment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='hour_entries', to='programmes.enrolment')),
            ],
            options={
                'ordering': ['-happened_at', '-id'],
            },
        ),
        migrations.CreateModel(
            name='MeasureCursor',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('counted_until', models.DateTimeField()),
                ('learner', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='MeasuredTime',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('activity_kind', models.CharField(choices=[('lesson', 'Lesson'), ('appointment', 'Appointment'), ('seminar', 'Live seminar'), ('replay', 'Replay watched')], max_length=20)),
                ('activity_id', models.UUIDField()),
                ('day', models.DateField()),
                ('seconds', models.PositiveIntegerField(default=0)),
                ('enrolment', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='measured_times', to='programmes.enrolment')),
            ],
        ),
        migrations.CreateModel(
            name='Assistance',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=lms.kit.ids.uuid7, editable=False, unique=True)),
                ('kind', models.CharField(choices=[('community', 'Answer in the community')], max_length=10)),
                ('answer_id', models.UUIDField(help_text='Public id of what was said, in the app that owns it.')),
                ('subject', models.CharField(max_length=255)),
                ('helper_role', models.CharField(choices=[('coach', 'Coach'), ('trainer', 'Trainer'), ('pedagogical_lead', 'Pedagogical lead'), ('disability_contact', 'Disability contact')], max_length=20)),
                ('asked_at', models.DateTimeField(help_text='When the learner asked; empty where nobody had asked.', null=True)),
                ('answered_at', models.DateTimeField()),
                ('written_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('digest', models.CharField(help_text='SHA-256 of the line, printed beside it.', max_length=64)),
                ('enrolment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='assistances', to='programmes.enrolment')),
                ('helper', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('takes_back', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='taken_back', to='evidence.assistance')),
            ],
            options={
                'ordering': ['-answered_at', '-id'],
                'indexes': [models.Index(fields=['enrolment', '-answered_at'], name='evidence_assistance_timeline')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('takes_back__isnull', True)), fields=('kind', 'answer_id'), name='evidence_assistance_written_once'), models.CheckConstraint(condition=models.Q(('asked_at__isnull', True), ('asked_at__lte', models.F('answered_at')), _connector='OR'), name='evidence_assistance_asked_before')],
            },
        ),
        migrations.AddConstraint(
            model_name='attestation',
            constraint=models.UniqueConstraint(condition=models.Q(('revoked_at__isnull', True)), fields=('enrolment', 'course_id'), name='evidence_attestation_one_valid'),
        ),
        migrations.AddConstraint(
            model_name='attestation',
            constraint=models.UniqueConstraint(fields=('enrolment', 'until'), name='evidence_attestation_one_a_day'),
        ),
        migrations.AddConstraint(
            model_name='attestation',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('course_id__isnull', False), ('kind', 'course'), ('until__isnull', True)), models.Q(('course_id__isnull', True), ('kind', 'hours'), ('until__isnull', False)), _connector='OR'), name='evidence_attestation_of_a_course_or_hours'),
        ),
        migrations.AddConstraint(
            model_name='attestationshare',
            constraint=models.CheckConstraint(condition=models.Q(('expires_at__gt', models.F('created_at'))), name='evidence_attestationshare_expires_later'),
        ),
        migrations.AddIndex(
            model_name='hourentry',
            index=models.Index(fields=['enrolment', 'happened_at'], name='evidence_hourentry_timeline'),
        ),
        migrations.AddConstraint(
            model_name='hourentry',
            constraint=models.UniqueConstraint(condition=models.Q(('corrects__isnull', True)), fields=('enrolment', 'activity_kind', 'activity_id'), name='evidence_hourentry_credited_once'),
        ),
        migrations.AddConstraint(
            model_name='hourentry',
            constraint=models.CheckConstraint(condition=models.Q(('corrects__isnull', False), models.Q(('credited_minutes__gte', 0), ('credited_minutes__lte', models.F('planned_minutes'))), _connector='OR'), name='evidence_hourentry_capped_at_planned'),
        ),
        migrations.AddConstraint(
            model_name='measuredtime',
            constraint=models.UniqueConstraint(fields=('enrolment', 'activity_kind', 'activity_id', 'day'), name='evidence_measuredtime_unique'),
        ),
        migrations.AddConstraint(
            model_name='measuredtime',
            constraint=models.CheckConstraint(condition=models.Q(('seconds__lte', 86400)), name='evidence_measuredtime_within_a_day'),
        ),
    ])
