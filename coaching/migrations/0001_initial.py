import django.core.validators
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
            name='BusyCalendar',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=lms.kit.ids.uuid7, editable=False, unique=True)),
                ('kind', models.CharField(choices=[('ics', 'Calendar address (ICS)'), ('caldav', 'CalDAV')], default='ics', max_length=10, verbose_name='kind')),
                ('name', models.CharField(blank=True, max_length=100, verbose_name='name')),
                ('address', models.URLField(max_length=1000, verbose_name='address')),
                ('username', models.CharField(blank=True, max_length=200, verbose_name='user name')),
                ('sealed_password', models.TextField(blank=True, editable=False, help_text='Encrypted with a key of SECRET_KEY.')),
                ('pushes', models.BooleanField(default=False, verbose_name='write my appointments into it')),
                ('read_at', models.DateTimeField(editable=False, null=True)),
                ('due_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('failures', models.PositiveSmallIntegerField(default=0, editable=False)),
                ('problem', models.CharField(blank=True, editable=False, max_length=300)),
                ('validator', models.CharField(blank=True, editable=False, help_text='ETag of the last reading.', max_length=200)),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='ContactRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('signal', models.CharField(choices=[('silent_days', 'Days without any activity'), ('behind_plan', 'Hours behind the plan'), ('missed', 'Missed appointments'), ('no_human_contact', 'Days without a human contact'), ('stuck', 'Failed attempts at the same quiz')], max_length=20, unique=True, verbose_name='what it looks at')),
                ('threshold', models.PositiveSmallIntegerField(help_text='Days, hours or times, as the signal says.', verbose_name='from')),
                ('weight', models.PositiveSmallIntegerField(default=10, verbose_name='weight')),
                ('is_active', models.BooleanField(default=True, verbose_name='in use')),
            ],
            options={
                'verbose_name': 'contact rule',
                'verbose_name_plural': 'contact rules',
                'ordering': ['-weight'],
            },
        ),
        migrations.CreateModel(
            name='Appointment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=lms.kit.ids.uuid7, editable=False, unique=True)),
                ('starts_at', models.DateTimeField()),
                ('ends_at', models.DateTimeField()),
                ('mode', models.CharField(choices=[('online', 'By video'), ('phone', 'By phone'), ('place', 'In person')], default='online', max_length=10)),
                ('state', models.CharField(choices=[('held', 'Held'), ('confirmed', 'Confirmed'), ('cancelled', 'Cancelled')], default='confirmed', max_length=10)),
                ('capacity', models.PositiveSmallIntegerField(default=1)),
                ('seats_taken', models.PositiveSmallIntegerField(default=0)),
                ('sequence', models.PositiveIntegerField(default=0, help_text='SEQUENCE of RFC 5545: raised by each change told.')),
                ('coach_presence', models.CharField(choices=[('unknown', 'Not noted yet'), ('attended', 'Present'), ('late', 'Late'), ('no_show', 'Did not come')], default='unknown', max_length=10)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('cancelled_at', models.DateTimeField(blank=True, null=True)),
                ('cancel_reason', models.CharField(blank=True, max_length=300)),
                ('coach', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='appointments_given', to=settings.AUTH_USER_MODEL)),
                ('created_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['starts_at'],
            },
        ),
        migrations.CreateModel(
            name='AppointmentEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('verb', models.CharField(max_length=30)),
                ('detail', models.JSONField(default=dict)),
                ('actor', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('appointment', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='events', to='coaching.appointment')),
                ('on_behalf_of', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['at', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='AppointmentKind',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=lms.kit.ids.uuid7, editable=False, unique=True)),
                ('name', models.CharField(max_length=100, verbose_name='name')),
                ('description', models.CharField(blank=True, max_length=300, verbose_name='what it is for')),
                ('minutes', models.PositiveSmallIntegerField(default=45, validators=[django.core.validators.MinValueValidator(5), django.core.validators.MaxValueValidator(480)], verbose_name='length (minutes)')),
                ('modes', models.JSONField(default=list, help_text='Any of: online, phone, place.', verbose_name='how')),
                ('capacity', models.PositiveSmallIntegerField(default=1, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(50)], verbose_name='seats')),
                ('for_learners', models.BooleanField(default=True, verbose_name='learners in training may book it')),
                ('for_alumni', models.BooleanField(default=False, verbose_name='alumni may book it')),
                ('counts_in_quota', models.BooleanField(default=True, verbose_name='counts in the coaching hours of the track')),
                ('is_credited', models.BooleanField(default=True, verbose_name='its time is credited')),
                ('is_active', models.BooleanField(default=True, verbose_name='offered')),
                ('order', models.PositiveSmallIntegerField(default=1, verbose_name='order')),
                ('partner', models.ForeignKey(blank=True, help_text='Empty: offered by the whole academy.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='appointment_kinds', to='programmes.partner', verbose_name='partner')),
            ],
            options={
                'verbose_name': 'kind of appointment',
                'verbose_name_plural': 'kinds of appointment',
                'ordering': ['order', 'name'],
            },
        ),
        migrations.AddField(
            model_name='appointment',
            name='kind',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='appointments', to='coaching.appointmentkind'),
        ),
        migrations.CreateModel(
            name='AppointmentSeries',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=lms.kit.ids.uuid7, editable=False, unique=True)),
                ('every_weeks', models.PositiveSmallIntegerField(default=1)),
                ('occurrences', models.PositiveSmallIntegerField()),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('coach', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('enrolment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='appointment_series', to='programmes.enrolment')),
            ],
        ),
        migrations.AddField(
            model_name='appointment',
            name='series',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='appointments', to='coaching.appointmentseries'),
        ),
        migrations.CreateModel(
            name='BusyPeriod',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('starts_at', models.DateTimeField()),
                ('ends_at', models.DateTimeField()),
                ('calendar', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='periods', to='coaching.busycalendar')),
            ],
        ),
        migrations.CreateModel(
            name='CalendarCopy',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sequence', models.PositiveIntegerField()),
                ('appointment', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='copies', to='coaching.appointment')),
                ('calendar', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='copies', to='coaching.busycalendar')),
            ],
        ),
        migrations.CreateModel(
            name='CalendarFeed',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('token_digest', models.CharField(max_length=64, unique=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('read_at', models.DateTimeField(null=True)),
                ('person', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='calendar_feed', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='ChecklistItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=lms.kit.ids.uuid7, editable=False, unique=True)),
                ('text', models.CharField(max_length=200)),
                ('done', models.BooleanField(default=False)),
                ('order', models.PositiveSmallIntegerField(default=1)),
                ('appointment', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='checklist', to='coaching.appointment')),
            ],
            options={
                'ordering': ['order', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='CoachingQuota',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('minutes', models.PositiveIntegerField(verbose_name='minutes of coaching')),
                ('track', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='coaching_quota', to='programmes.track', verbose_name='track')),
            ],
            options={
                'verbose_name': 'coaching hours of a track',
                'verbose_name_plural': 'coaching hours of tracks',
            },
        ),
        migrations.CreateModel(
            name='CoachingReport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=lms.kit.ids.uuid7, editable=False, unique=True)),
                ('covered', models.TextField(blank=True, max_length=4000, verbose_name='what we did')),
                ('learnt', models.TextField(blank=True, max_length=4000, verbose_name='what moved forward')),
                ('difficulty', models.TextField(blank=True, max_length=4000, verbose_name='what is still difficult')),
                ('next_step', models.CharField(blank=True, max_length=500, verbose_name='next step')),
                ('is_shared', models.BooleanField(default=True, verbose_name='share with the learner')),
                ('revision', models.PositiveSmallIntegerField(default=1)),
                ('written_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('updated_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('competencies', models.ManyToManyField(blank=True, related_name='+', to='programmes.competency', verbose_name='competencies')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='CohortCoaching',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('continuity', models.CharField(choices=[('same', 'Her own coach only'), ('same_first', 'Her own coach first; another one if she agrees'), ('round_robin', 'Any coach of the cohort, in turn')], default='same_first', max_length=12, verbose_name='whom to book')),
                ('is_countersigned', models.BooleanField(default=False, help_text='When the funder asks for it.', verbose_name='reports are signed by both')),
                ('cohort', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='coaching', to='programmes.cohort', verbose_name='cohort')),
            ],
            options={
                'verbose_name': 'coaching of a cohort',
                'verbose_name_plural': 'coaching of cohorts',
            },
        ),
        migrations.CreateModel(
            name='ContactLog',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=lms.kit.ids.uuid7, editable=False, unique=True)),
                ('channel', models.CharField(choices=[('message', 'Message'), ('phone', 'Phone call'), ('other', 'Other')], max_length=10)),
                ('text', models.TextField(blank=True, max_length=4000)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('enrolment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='contacts', to='programmes.enrolment')),
            ],
            options={
                'ordering': ['-at'],
            },
        ),
        migrations.CreateModel(
            name='Diary',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=lms.kit.ids.uuid7, editable=False, unique=True)),
                ('presentation', models.CharField(blank=True, max_length=300, verbose_name='a word about you')),
                ('holidays', models.CharField(blank=True, choices=[('', 'None'), ('metropolitan', 'Metropolitan France'), ('alsace_moselle', 'Alsace-Moselle'), ('GP', 'Guadeloupe'), ('MQ', 'Martinique'), ('GF', 'Guyane'), ('RE', 'La Réunion'), ('YT', 'Mayotte'), ('BL', 'Saint-Barthélemy'), ('MF', 'Saint-Martin'), ('PM', 'Saint-Pierre-et-Miquelon'), ('NC', 'Nouvelle-Calédonie'), ('PF', 'Polynésie française'), ('WF', 'Wallis-et-Futuna')], default='metropolitan', max_length=20, verbose_name='public holidays')),
                ('buffer_before', models.PositiveSmallIntegerField(default=5, verbose_name='minutes kept free before')),
                ('buffer_after', models.PositiveSmallIntegerField(default=10, verbose_name='minutes kept free after')),
                ('step_minutes', models.PositiveSmallIntegerField(default=15, verbose_name='a start every (minutes)')),
                ('minimum_notice', models.PositiveIntegerField(default=240, help_text='Nobody books later than this before the start.', verbose_name='shortest notice (minutes)')),
                ('change_deadline', models.PositiveIntegerField(default=120, help_text='Until then a learner moves or cancels by herself.', verbose_name='last change (minutes before)')),
                ('window_days', models.PositiveSmallIntegerField(default=28, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(365)], verbose_name='booking window (days)')),
                ('max_per_day', models.PositiveSmallIntegerField(default=6, verbose_name='at most a day')),
                ('max_per_week', models.PositiveSmallIntegerField(default=25, verbose_name='at most a week')),
                ('is_open', models.BooleanField(default=True, verbose_name='can be booked')),
                ('coach', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='diary', to=settings.AUTH_USER_MODEL, verbose_name='coach')),
            ],
            options={
                'verbose_name': 'diary',
                'verbose_name_plural': 'diaries',
            },
        ),
        migrations.CreateModel(
            name='DayException',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=lms.kit.ids.uuid7, editable=False, unique=True)),
                ('day', models.DateField(verbose_name='date')),
                ('starts', models.TimeField(blank=True, null=True, verbose_name='from')),
                ('ends', models.TimeField(blank=True, null=True, verbose_name='until')),
                ('diary', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='exceptions', to='coaching.diary')),
            ],
            options={
                'ordering': ['day', 'starts'],
            },
        ),
        migrations.AddField(
            model_name='busycalendar',
            name='diary',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='busy_calendars', to='coaching.diary'),
        ),
        migrations.CreateModel(
            name='Absence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=lms.kit.ids.uuid7, editable=False, unique=True)),
                ('starts_at', models.DateTimeField(verbose_name='from')),
                ('ends_at', models.DateTimeField(verbose_name='until')),
                ('reason', models.CharField(blank=True, max_length=200, verbose_name='reason (only you see it)')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('diary', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='absences', to='coaching.diary')),
            ],
            options={
                'ordering': ['starts_at'],
            },
        ),
        migrations.CreateModel(
            name='FollowUpTask',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=lms.kit.ids.uuid7, editable=False, unique=True)),
                ('owner', models.CharField(choices=[('learner', 'Learner'), ('coach', 'Coach')], max_length=10, verbose_name='who')),
                ('text', models.CharField(max_length=300, verbose_name='what to do')),
                ('due_on', models.DateField(blank=True, null=True, verbose_name='by')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('done_at', models.DateTimeField(blank=True, null=True)),
                ('created_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('done_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('enrolment', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='follow_up_tasks', to='programmes.enrolment')),
                ('report', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='tasks', to='coaching.coachingreport')),
            ],
            options={
                'ordering': ['due_on', 'created_at'],
            },
        ),
        migrations.CreateModel(
            name='Goal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=lms.kit.ids.uuid7, editable=False, unique=True)),
                ('text', models.CharField(max_length=500, verbose_name='your goal, in your words')),
                ('written_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('closed_at', models.DateTimeField(blank=True, null=True)),
                ('enrolment', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='goals', to='programmes.enrolment')),
                ('written_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-written_at'],
            },
        ),
        migrations.CreateModel(
            name='MessageTemplate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=lms.kit.ids.uuid7, editable=False, unique=True)),
                ('language', models.CharField(choices=[('fr', 'French'), ('en', 'English')], default='fr', max_length=5, verbose_name='language')),
                ('title', models.CharField(max_length=100, verbose_name='title')),
                ('signal', models.CharField(blank=True, choices=[('silent_days', 'Days without any activity'), ('behind_plan', 'Hours behind the plan'), ('missed', 'Missed appointments'), ('no_human_contact', 'Days without a human contact'), ('stuck', 'Failed attempts at the same quiz')], help_text='The reason it answers.', max_length=20, verbose_name='proposed when')),
                ('text', models.TextField(max_length=2000, verbose_name='text')),
                ('partner', models.ForeignKey(blank=True, help_text='Empty: offered to every coach.', null=True, on_delete=django.db.models.deletion.CASCADE, related_name='message_templates', to='programmes.partner', verbose_name='partner')),
            ],
            options={
                'verbose_name': 'message template',
                'verbose_name_plural': 'message templates',
                'ordering': ['title'],
            },
        ),
        migrations.CreateModel(
            name='Place',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=lms.kit.ids.uuid7, editable=False, unique=True)),
                ('name', models.CharField(max_length=150, verbose_name='name')),
                ('address', models.TextField(blank=True, verbose_name='address')),
                ('access', models.TextField(blank=True, help_text='Door code, floor, lift, nearest stop: what a newcomer asks.', verbose_name='how to get in')),
                ('partner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='places', to='programmes.partner', verbose_name='partner')),
            ],
            options={
                'verbose_name': 'place',
                'verbose_name_plural': 'places',
                'ordering': ['name'],
            },
        ),
        migrations.CreateModel(
            name='OneOffSlot',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=lms.kit.ids.uuid7, editable=False, unique=True)),
                ('starts_at', models.DateTimeField(verbose_name='starts')),
                ('mode', models.CharField(blank=True, choices=[('online', 'By video'), ('phone', 'By phone'), ('place', 'In person')], max_length=10, verbose_name='how')),
                ('diary', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='one_off_slots', to='coaching.diary')),
                ('kind', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='coaching.appointmentkind', verbose_name='kind')),
                ('place', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='coaching.place', verbose_name='place')),
            ],
            options={
                'ordering': ['starts_at'],
            },
        ),
        migrations.AddField(
            model_name='appointment',
            name='place',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='appointments', to='coaching.place'),
        ),
        migrations.CreateModel(
            name='PrivateNote',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=lms.kit.ids.uuid7, editable=False, unique=True)),
                ('text', models.TextField(max_length=4000)),
                ('written_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('enrolment', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='private_notes', to='programmes.enrolment')),
                ('replaced_by', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='replaces', to='coaching.privatenote')),
            ],
            options={
                'ordering': ['-written_at'],
            },
        ),
        migrations.CreateModel(
            name='Reminder',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('minutes_before', models.PositiveIntegerField()),
                ('due_at', models.DateTimeField()),
                ('sent_at', models.DateTimeField(blank=True, null=True)),
                ('appointment', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='reminders', to='coaching.appointment')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='ReminderChoice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('minutes_before', models.JSONField(default=list, help_text='Minutes before the start, in any order; may be empty.')),
                ('person', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='reminder_choice', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='ReportRevision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField()),
                ('content', models.JSONField()),
                ('digest', models.CharField(max_length=64)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('report', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='revisions', to='coaching.coachingreport')),
            ],
            options={
                'ordering': ['number'],
            },
        ),
        migrations.CreateModel(
            name='ReportSignature',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=lms.kit.ids.uuid7, editable=False, unique=True)),
                ('role', models.CharField(choices=[('learner', 'Learner'), ('coach', 'Coach')], max_length=10)),
                ('digest', models.CharField(help_text="SHA-256 of the revision's digest, the person and the instant.", max_length=64)),
                ('signed_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('revision', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='signatures', to='coaching.reportrevision')),
            ],
        ),
        migrations.CreateModel(
            name='RoomMessage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=lms.kit.ids.uuid7, editable=False, unique=True)),
                ('seq', models.PositiveIntegerField()),
                ('text', models.CharField(max_length=2000)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('appointment', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='messages', to='coaching.appointment')),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['seq'],
            },
        ),
        migrations.CreateModel(
            name='RoomNotes',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.TextField(blank=True, max_length=10000)),
                ('version', models.PositiveIntegerField(default=0)),
                ('updated_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('appointment', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='notes', to='coaching.appointment')),
            ],
        ),
        migrations.CreateModel(
            name='RoomPresence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('joined_at', models.DateTimeField()),
                ('seen_at', models.DateTimeField()),
                ('left_at', models.DateTimeField(blank=True, null=True)),
                ('appointment', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='presences', to='coaching.appointment')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['joined_at'],
            },
        ),
        migrations.CreateModel(
            name='Seat',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=lms.kit.ids.uuid7, editable=False, unique=True)),
                ('starts_at', models.DateTimeField()),
                ('ends_at', models.DateTimeField()),
                ('state', models.CharField(choices=[('held', 'Held'), ('booked', 'Booked'), ('cancelled', 'Cancelled')], default='booked', max_length=10)),
                ('hold_expires_at', models.DateTimeField(blank=True, null=True)),
                ('topic', models.CharField(blank=True, max_length=500, verbose_name='what you would like to talk about')),
                ('phone', models.CharField(blank=True, max_length=30, verbose_name='phone')),
                ('booked_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('presence', models.CharField(choices=[('unknown', 'Not noted yet'), ('attended', 'Present'), ('late', 'Late'), ('no_show', 'Did not come')], default='unknown', max_length=10)),
                ('attended_minutes', models.PositiveSmallIntegerField(blank=True, help_text='Noted by the coach; the room only proposes it.', null=True)),
                ('appointment', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='seats', to='coaching.appointment')),
                ('booked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('enrolment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='appointment_seats', to='programmes.enrolment')),
                ('learner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='appointment_seats', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['starts_at'],
            },
        ),
        migrations.CreateModel(
            name='ReportDraft',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('base', models.PositiveSmallIntegerField(help_text='0: there was no report yet.')),
                ('content', models.JSONField(help_text='The form as it was posted: lists of values by field.')),
                ('kept_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('seat', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='report_drafts', to='coaching.seat')),
            ],
        ),
        migrations.AddField(
            model_name='coachingreport',
            name='seat',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='report', to='coaching.seat'),
        ),
        migrations.CreateModel(
            name='BookingKey',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.UUIDField()),
                ('fingerprint', models.CharField(help_text='SHA-256 of what was asked.', max_length=64)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('seat', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='coaching.seat')),
            ],
        ),
        migrations.CreateModel(
            name='WaitingEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=lms.kit.ids.uuid7, editable=False, unique=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('told_at', models.DateTimeField(blank=True, null=True)),
                ('closed_at', models.DateTimeField(blank=True, null=True)),
                ('coach', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='waiting_entries', to=settings.AUTH_USER_MODEL)),
                ('enrolment', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='waiting_entries', to='programmes.enrolment')),
                ('instead_of', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='coaching.seat')),
                ('kind', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='coaching.appointmentkind')),
            ],
            options={
                'ordering': ['created_at'],
            },
        ),
        migrations.CreateModel(
            name='WeeklyHours',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=lms.kit.ids.uuid7, editable=False, unique=True)),
                ('weekday', models.PositiveSmallIntegerField(validators=[django.core.validators.MaxValueValidator(6)], verbose_name='day')),
                ('starts', models.TimeField(verbose_name='from')),
                ('ends', models.TimeField(verbose_name='until')),
                ('mode', models.CharField(blank=True, choices=[('online', 'By video'), ('phone', 'By phone'), ('place', 'In person')], help_text='Empty: as the person who books prefers.', max_length=10, verbose_name='how')),
                ('valid_from', models.DateField(blank=True, null=True, verbose_name='as of')),
                ('valid_until', models.DateField(blank=True, null=True, verbose_name='last day')),
                ('diary', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='weekly_hours', to='coaching.diary')),
                ('kinds', models.ManyToManyField(blank=True, help_text='None chosen: every kind.', to='coaching.appointmentkind', verbose_name='only for')),
                ('place', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='coaching.place', verbose_name='place')),
            ],
            options={
                'ordering': ['weekday', 'starts'],
            },
        ),
        migrations.AddConstraint(
            model_name='appointmentkind',
            constraint=models.CheckConstraint(condition=models.Q(('minutes__gte', 5), ('minutes__lte', 480)), name='coaching_kind_minutes'),
        ),
        migrations.AddConstraint(
            model_name='appointmentkind',
            constraint=models.CheckConstraint(condition=models.Q(('capacity__gte', 1)), name='coaching_kind_capacity'),
        ),
        migrations.AddConstraint(
            model_name='appointmentseries',
            constraint=models.CheckConstraint(condition=models.Q(('every_weeks__gte', 1), ('occurrences__gte', 2), ('occurrences__lte', 26)), name='coaching_series_bounds'),
        ),
        migrations.AddIndex(
            model_name='busyperiod',
            index=models.Index(fields=['calendar', 'ends_at'], name='coaching_busyperiod_when'),
        ),
        migrations.AddConstraint(
            model_name='busyperiod',
            constraint=models.CheckConstraint(condition=models.Q(('ends_at__gt', models.F('starts_at'))), name='coaching_busyperiod_ordered'),
        ),
        migrations.AddConstraint(
            model_name='calendarcopy',
            constraint=models.UniqueConstraint(fields=('calendar', 'appointment'), name='coaching_calendarcopy_once'),
        ),
        migrations.AddIndex(
            model_name='contactlog',
            index=models.Index(fields=['enrolment', '-at'], name='coaching_contactlog_recent'),
        ),
        migrations.AddConstraint(
            model_name='diary',
            constraint=models.CheckConstraint(condition=models.Q(('window_days__gte', 1), ('window_days__lte', 365)), name='coaching_diary_window'),
        ),
        migrations.AddConstraint(
            model_name='diary',
            constraint=models.CheckConstraint(condition=models.Q(('step_minutes__gte', 5)), name='coaching_diary_step'),
        ),
        migrations.AddConstraint(
            model_name='dayexception',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ends__isnull', True), ('starts__isnull', True)), ('ends__gt', models.F('starts')), _connector='OR'), name='coaching_dayexception_ordered'),
        ),
        migrations.AddIndex(
            model_name='busycalendar',
            index=models.Index(fields=['due_at'], name='coaching_busycalendar_due'),
        ),
        migrations.AddConstraint(
            model_name='absence',
            constraint=models.CheckConstraint(condition=models.Q(('ends_at__gt', models.F('starts_at'))), name='coaching_absence_ordered'),
        ),
        migrations.AddConstraint(
            model_name='goal',
            constraint=models.UniqueConstraint(condition=models.Q(('closed_at', None)), fields=('enrolment',), name='coaching_goal_one_open'),
        ),
        migrations.AddConstraint(
            model_name='oneoffslot',
            constraint=models.UniqueConstraint(fields=('diary', 'starts_at'), name='coaching_oneoffslot_unique'),
        ),
        migrations.AddIndex(
            model_name='appointment',
            index=models.Index(fields=['coach', 'ends_at', 'starts_at'], name='coaching_appointment_when'),
        ),
        migrations.AddConstraint(
            model_name='appointment',
            constraint=models.CheckConstraint(condition=models.Q(('ends_at__gt', models.F('starts_at'))), name='coaching_appointment_ordered'),
        ),
        migrations.AddConstraint(
            model_name='appointment',
            constraint=models.CheckConstraint(condition=models.Q(('seats_taken__lte', models.F('capacity'))), name='coaching_appointment_seats_within_capacity'),
        ),
        migrations.AddConstraint(
            model_name='appointment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'cancelled'), _negated=True), ('cancelled_at__isnull', False), _connector='OR'), name='coaching_appointment_cancelled_has_date'),
        ),
        migrations.AddConstraint(
            model_name='appointment',
            constraint=models.CheckConstraint(condition=models.Q(('mode', 'place'), ('place__isnull', True), _connector='OR'), name='coaching_appointment_place_only_in_person'),
        ),
        migrations.AddIndex(
            model_name='reminder',
            index=models.Index(condition=models.Q(('sent_at', None)), fields=['due_at'], name='coaching_reminder_due'),
        ),
        migrations.AddConstraint(
            model_name='reminder',
            constraint=models.UniqueConstraint(fields=('appointment', 'person', 'minutes_before'), name='coaching_reminder_once'),
        ),
        migrations.AddConstraint(
            model_name='reportrevision',
            constraint=models.UniqueConstraint(fields=('report', 'number'), name='coaching_reportrevision_order'),
        ),
        migrations.AddConstraint(
            model_name='reportsignature',
            constraint=models.UniqueConstraint(fields=('revision', 'role'), name='coaching_reportsignature_once'),
        ),
        migrations.AddConstraint(
            model_name='roommessage',
            constraint=models.UniqueConstraint(fields=('appointment', 'seq'), name='coaching_roommessage_order'),
        ),
        migrations.AddIndex(
            model_name='roompresence',
            index=models.Index(condition=models.Q(('left_at', None)), fields=['seen_at'], name='coaching_roompresence_open'),
        ),
        migrations.AddConstraint(
            model_name='roompresence',
            constraint=models.CheckConstraint(condition=models.Q(('seen_at__gte', models.F('joined_at'))), name='coaching_roompresence_ordered'),
        ),
        migrations.AddIndex(
            model_name='seat',
            index=models.Index(fields=['learner', 'ends_at'], name='coaching_seat_when'),
        ),
        migrations.AddConstraint(
            model_name='seat',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ['held', 'booked'])), fields=('appointment', 'learner'), name='coaching_seat_once_an_appointment'),
        ),
        migrations.AddConstraint(
            model_name='seat',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('hold_expires_at__isnull', False), ('state', 'held')), models.Q(models.Q(('state', 'held'), _negated=True), ('hold_expires_at__isnull', True)), _connector='OR'), name='coaching_seat_held_until'),
        ),
        migrations.AddConstraint(
            model_name='reportdraft',
            constraint=models.UniqueConstraint(fields=('seat', 'author'), name='coaching_reportdraft_once'),
        ),
        migrations.AddConstraint(
            model_name='bookingkey',
            constraint=models.UniqueConstraint(fields=('person', 'key'), name='coaching_bookingkey_once'),
        ),
        migrations.AddConstraint(
            model_name='waitingentry',
            constraint=models.UniqueConstraint(condition=models.Q(('closed_at', None)), fields=('enrolment', 'coach', 'kind'), name='coaching_waitingentry_once'),
        ),
        migrations.AddConstraint(
            model_name='weeklyhours',
            constraint=models.CheckConstraint(condition=models.Q(('ends__gt', models.F('starts'))), name='coaching_weeklyhours_ordered'),
        ),
        migrations.AddConstraint(
            model_name='weeklyhours',
            constraint=models.CheckConstraint(condition=models.Q(('weekday__lte', 6)), name='coaching_weeklyhours_weekday'),
        ),
    ])
