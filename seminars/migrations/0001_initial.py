import django.core.validators
import django.db.models.deletion
import django.utils.timezone
import lms.kit.ids
import modelcluster.fields
import wagtail.fields
from django.conf import settings
from django.db import migrations, models
from lms.kit.tables import at_once


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('courses', '0001_initial'),
        ('media', '0001_initial'),
        ('programmes', '0001_initial'),
        ('wagtailcore', '0098_apitoken'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = at_once([
        migrations.CreateModel(
            name='Attendance',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=lms.kit.ids.uuid7, editable=False, unique=True)),
                ('first_in', models.DateTimeField(blank=True, null=True)),
                ('last_out', models.DateTimeField(blank=True, null=True)),
                ('present_seconds', models.PositiveIntegerField(default=0)),
                ('uncertain_seconds', models.PositiveIntegerField(default=0)),
                ('threshold_percent', models.PositiveSmallIntegerField()),
                ('credited_minutes', models.PositiveIntegerField(default=0)),
                ('computed_at', models.DateTimeField()),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='BreakoutRound',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=lms.kit.ids.uuid7, editable=False, unique=True)),
                ('minutes', models.PositiveSmallIntegerField(default=10, verbose_name='minutes')),
                ('opened_at', models.DateTimeField(blank=True, null=True)),
                ('ends_at', models.DateTimeField(blank=True, null=True)),
                ('closed_at', models.DateTimeField(blank=True, null=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                'ordering': ['created_at', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='AttendanceCorrection',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=lms.kit.ids.uuid7, editable=False, unique=True)),
                ('minutes', models.PositiveIntegerField(help_text='Minutes that count from then on.')),
                ('reason', models.CharField(max_length=300, verbose_name='reason')),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('attendance', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='corrections', to='seminars.attendance')),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['at', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='BreakoutRoom',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=lms.kit.ids.uuid7, editable=False, unique=True)),
                ('name', models.CharField(max_length=80, verbose_name='name')),
                ('order', models.PositiveSmallIntegerField(default=1)),
                ('round', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rooms', to='seminars.breakoutround')),
            ],
            options={
                'ordering': ['order', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Deck',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=lms.kit.ids.uuid7, editable=False, unique=True)),
                ('title', models.CharField(max_length=200, verbose_name='title')),
                ('file', models.FileField(upload_to='seminars/decks/')),
                ('added_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('ready_at', models.DateTimeField(blank=True, null=True)),
                ('trouble', models.CharField(blank=True, max_length=300)),
                ('order', models.PositiveSmallIntegerField(default=1)),
                ('added_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['order', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='FunderPresence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('threshold_percent', models.PositiveSmallIntegerField(default=80, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(100)], verbose_name='presence that counts (%)')),
                ('needs_signature', models.BooleanField(default=True, verbose_name='asks for signatures by half-day')),
                ('funder', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='programmes.funder', verbose_name='funder')),
            ],
            options={
                'verbose_name': 'presence asked by a funder',
                'verbose_name_plural': 'presence asked by funders',
            },
        ),
        migrations.CreateModel(
            name='LiveSession',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=lms.kit.ids.uuid7, editable=False, unique=True)),
                ('title', models.CharField(max_length=200, verbose_name='title')),
                ('summary', models.TextField(blank=True, max_length=1000, verbose_name='what happens in it')),
                ('starts_at', models.DateTimeField(verbose_name='starts')),
                ('ends_at', models.DateTimeField(verbose_name='ends')),
                ('time_zone', models.CharField(default='Europe/Paris', max_length=50, verbose_name='time zone')),
                ('state', models.CharField(choices=[('draft', 'Draft'), ('announced', 'Announced'), ('live', 'Live'), ('ended', 'Over'), ('cancelled', 'Cancelled')], default='draft', max_length=10, verbose_name='state')),
                ('audience', models.CharField(choices=[('academy', 'Everybody in the academy'), ('track', 'One track'), ('cohort', 'One cohort'), ('partner', 'One partner'), ('alumni', 'Alumni'), ('public', 'Anybody with the link')], default='academy', max_length=10, verbose_name='who may register')),
                ('seats', models.PositiveSmallIntegerField(blank=True, help_text='Empty: no limit.', null=True, validators=[django.core.validators.MinValueValidator(1)], verbose_name='seats')),
                ('is_credited', models.BooleanField(default=True, verbose_name='its time is credited')),
                ('threshold_percent', models.PositiveSmallIntegerField(blank=True, help_text='Empty: what the funder of each learner asks for.', null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(100)], verbose_name='presence that counts (%)')),
                ('is_recorded', models.BooleanField(default=False, help_text='Everybody is told before entering, and sees it in the room.', verbose_name='recorded')),
                ('retention_days', models.PositiveSmallIntegerField(default=365, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(3650)], verbose_name='recording kept for (days)')),
                ('phone_number', models.CharField(blank=True, max_length=30, verbose_name='number to listen by phone')),
                ('stream_url', models.URLField(blank=True, help_text='Shown where the academy carries no video itself.', verbose_name='address of an outside stream')),
                ('opened_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('ended_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('locked_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('chat_paused_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('shown_page', models.PositiveSmallIntegerField(default=1, editable=False)),
                ('shared_notes', models.TextField(blank=True, editable=False, max_length=20000)),
                ('notes_version', models.PositiveIntegerField(default=0, editable=False)),
                ('media_pin', models.CharField(blank=True, editable=False, max_length=64)),
                ('calendar_sequence', models.PositiveIntegerField(default=0, editable=False)),
                ('cohort', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='programmes.cohort', verbose_name='cohort')),
                ('partner', models.ForeignKey(blank=True, help_text='The partner that organises it; its managers run it. Empty: the consortium.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='programmes.partner', verbose_name='partner')),
                ('shown_deck', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='seminars.deck')),
                ('track', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='programmes.track', verbose_name='track')),
            ],
            options={
                'verbose_name': 'live session',
                'verbose_name_plural': 'live sessions',
                'ordering': ['starts_at', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Handout',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=lms.kit.ids.uuid7, editable=False, unique=True)),
                ('title', models.CharField(max_length=200, verbose_name='title')),
                ('alternative', models.TextField(max_length=10000, verbose_name='the same as text')),
                ('order', models.PositiveSmallIntegerField(default=1)),
                ('document', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='media.librarydocument')),
                ('session', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='handouts', to='seminars.livesession')),
            ],
            options={
                'ordering': ['order', 'pk'],
            },
        ),
        migrations.AddField(
            model_name='deck',
            name='session',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='decks', to='seminars.livesession'),
        ),
        migrations.CreateModel(
            name='Caption',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=lms.kit.ids.uuid7, editable=False, unique=True)),
                ('speaker', models.CharField(blank=True, max_length=100)),
                ('text', models.CharField(max_length=500)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('until', models.DateTimeField(blank=True, null=True)),
                ('author', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('session', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='captions', to='seminars.livesession')),
            ],
            options={
                'ordering': ['at', 'pk'],
            },
        ),
        migrations.AddField(
            model_name='breakoutround',
            name='session',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='breakout_rounds', to='seminars.livesession'),
        ),
        migrations.CreateModel(
            name='Question',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=lms.kit.ids.uuid7, editable=False, unique=True)),
                ('text', models.CharField(max_length=500)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('votes', models.PositiveIntegerField(default=0)),
                ('answered_at', models.DateTimeField(blank=True, null=True)),
                ('answered_live', models.BooleanField(default=False)),
                ('answer', models.TextField(blank=True, max_length=2000)),
                ('dismissed_at', models.DateTimeField(blank=True, null=True)),
                ('answered_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('session', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='questions', to='seminars.livesession')),
            ],
            options={
                'ordering': ['-votes', 'at'],
            },
        ),
        migrations.CreateModel(
            name='QuestionVote',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('question', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='voters', to='seminars.question')),
            ],
        ),
        migrations.CreateModel(
            name='Registration',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=lms.kit.ids.uuid7, editable=False, unique=True)),
                ('state', models.CharField(choices=[('registered', 'Registered'), ('waiting', 'On the waiting list'), ('cancelled', 'Cancelled')], default='registered', max_length=10)),
                ('registered_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('seated_at', models.DateTimeField(blank=True, null=True)),
                ('cancelled_at', models.DateTimeField(blank=True, null=True)),
                ('consents_to_recording', models.BooleanField(blank=True, null=True)),
                ('consented_at', models.DateTimeField(blank=True, null=True)),
                ('enrolment', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='programmes.enrolment')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='seminar_registrations', to=settings.AUTH_USER_MODEL)),
                ('registered_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('session', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='registrations', to='seminars.livesession')),
            ],
            options={
                'ordering': ['registered_at', 'pk'],
            },
        ),
        migrations.AddField(
            model_name='attendance',
            name='registration',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='attendance', to='seminars.registration'),
        ),
        migrations.CreateModel(
            name='Reminder',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('minutes_before', models.PositiveIntegerField()),
                ('sent_at', models.DateTimeField(blank=True, null=True)),
                ('registration', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='reminders', to='seminars.registration')),
            ],
            options={
                'ordering': ['at'],
            },
        ),
        migrations.CreateModel(
            name='Removal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.CharField(max_length=300, verbose_name='reason')),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('lifted_at', models.DateTimeField(blank=True, null=True)),
                ('actor', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('session', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='removals', to='seminars.livesession')),
            ],
        ),
        migrations.CreateModel(
            name='RoomChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('what', models.CharField(max_length=30)),
                ('detail', models.JSONField(blank=True, default=dict)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('about', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('actor', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('session', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='changes', to='seminars.livesession')),
            ],
            options={
                'ordering': ['at', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='RunSheetItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('order', models.PositiveSmallIntegerField(default=1, verbose_name='order')),
                ('minutes', models.PositiveSmallIntegerField(default=5, verbose_name='minutes')),
                ('title', models.CharField(max_length=200, verbose_name='what')),
                ('notes', models.TextField(blank=True, max_length=2000, verbose_name='notes for the presenter')),
                ('done_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('session', modelcluster.fields.ParentalKey(on_delete=django.db.models.deletion.CASCADE, related_name='run_sheet', to='seminars.livesession')),
            ],
            options={
                'ordering': ['order', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='SeminarSeriesPage',
            fields=[
                ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to=settings.WAGTAIL_PAGE_MODEL)),
                ('public_id', models.UUIDField(default=lms.kit.ids.uuid7, editable=False, unique=True)),
                ('introduction', models.TextField(blank=True, max_length=400, verbose_name='in two sentences')),
                ('programme', wagtail.fields.RichTextField(blank=True, verbose_name='programme')),
                ('objectives', wagtail.fields.RichTextField(blank=True, verbose_name='objectives')),
                ('competencies', modelcluster.fields.ParentalManyToManyField(blank=True, related_name='+', to='programmes.competency', verbose_name='competencies covered')),
                ('course', models.ForeignKey(blank=True, help_text='The course that the hours of these sessions belong to.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='courses.coursepage', verbose_name='course')),
            ],
            options={
                'verbose_name': 'seminar series',
                'verbose_name_plural': 'seminar series',
            },
            bases=('wagtailcore.page', models.Model),
        ),
        migrations.AddField(
            model_name='livesession',
            name='series',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='live_sessions', to='seminars.seminarseriespage', verbose_name='series'),
        ),
        migrations.CreateModel(
            name='SeriesSpeaker',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sort_order', models.IntegerField(blank=True, editable=False, null=True)),
                ('name', models.CharField(max_length=150, verbose_name='name')),
                ('role', models.CharField(blank=True, max_length=200, verbose_name='what she or he does')),
                ('biography', models.TextField(blank=True, max_length=1000, verbose_name='in a few lines')),
                ('person', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='account')),
                ('series', modelcluster.fields.ParentalKey(on_delete=django.db.models.deletion.CASCADE, related_name='speakers', to='seminars.seminarseriespage')),
            ],
            options={
                'ordering': ['sort_order'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='SessionFeed',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('token_digest', models.CharField(max_length=64, unique=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('person', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='session_feed', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='SessionPoll',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=lms.kit.ids.uuid7, editable=False, unique=True)),
                ('kind', models.CharField(choices=[('poll', 'Poll'), ('quiz', 'Quiz, with right answers')], default='poll', max_length=5, verbose_name='kind')),
                ('question', models.CharField(max_length=300, verbose_name='question')),
                ('is_multiple', models.BooleanField(default=False, verbose_name='several answers')),
                ('opened_at', models.DateTimeField(blank=True, null=True)),
                ('closed_at', models.DateTimeField(blank=True, null=True)),
                ('shown_at', models.DateTimeField(blank=True, null=True)),
                ('order', models.PositiveSmallIntegerField(default=1)),
                ('session', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='polls', to='seminars.livesession')),
            ],
            options={
                'ordering': ['order', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='SessionPollChoice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=lms.kit.ids.uuid7, editable=False, unique=True)),
                ('text', models.CharField(max_length=200)),
                ('is_right', models.BooleanField(default=False)),
                ('order', models.PositiveSmallIntegerField(default=1)),
                ('poll', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='choices', to='seminars.sessionpoll')),
            ],
            options={
                'ordering': ['order', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='SessionPollAnswer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('poll', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='answers', to='seminars.sessionpoll')),
                ('choice', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='answers', to='seminars.sessionpollchoice')),
            ],
        ),
        migrations.CreateModel(
            name='SessionRecording',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=lms.kit.ids.uuid7, editable=False, unique=True)),
                ('state', models.CharField(choices=[('running', 'Recording'), ('waiting', 'Waiting to be made into a replay'), ('ready', 'Replay ready'), ('failed', 'Could not be made into a replay'), ('deleted', 'Deleted at its retention date')], default='running', max_length=8)),
                ('started_at', models.DateTimeField()),
                ('stopped_at', models.DateTimeField(blank=True, null=True)),
                ('folder', models.CharField(max_length=200)),
                ('video', models.FileField(blank=True, upload_to='seminars/replays/')),
                ('audio', models.FileField(blank=True, upload_to='seminars/replays/')),
                ('playlist', models.CharField(blank=True, max_length=200)),
                ('captions', models.TextField(blank=True, help_text='WebVTT, timed from the start of the replay.')),
                ('given_cues', models.JSONField(blank=True, default=list)),
                ('chapters', models.JSONField(blank=True, default=list)),
                ('seconds', models.PositiveIntegerField(default=0)),
                ('trouble', models.CharField(blank=True, max_length=300)),
                ('ready_at', models.DateTimeField(blank=True, null=True)),
                ('kept_until', models.DateField()),
                ('published', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='media.recording')),
                ('session', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='recordings', to='seminars.livesession')),
                ('started_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['started_at'],
            },
        ),
        migrations.CreateModel(
            name='ReplayWatching',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('pieces', models.TextField(default='')),
                ('seconds', models.PositiveIntegerField(default=0)),
                ('position', models.PositiveIntegerField(default=0, help_text='Seconds from the start: where she was last.')),
                ('seen_at', models.DateTimeField()),
                ('enrolment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='programmes.enrolment')),
                ('recording', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='watchings', to='seminars.sessionrecording')),
            ],
        ),
        migrations.CreateModel(
            name='SessionStaff',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(choices=[('host', 'Host'), ('presenter', 'Presenter'), ('moderator', 'Moderator'), ('participant', 'Participant')], default='presenter', max_length=12, verbose_name='role')),
                ('remind_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='person')),
                ('session', modelcluster.fields.ParentalKey(on_delete=django.db.models.deletion.CASCADE, related_name='staff', to='seminars.livesession')),
            ],
        ),
        migrations.CreateModel(
            name='Slide',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField()),
                ('image', models.FileField(upload_to='seminars/slides/')),
                ('width', models.PositiveSmallIntegerField(default=0)),
                ('height', models.PositiveSmallIntegerField(default=0)),
                ('text', models.TextField(blank=True, help_text='What the page says, for people who do not see it.')),
                ('deck', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='slides', to='seminars.deck')),
            ],
            options={
                'ordering': ['number'],
            },
        ),
        migrations.CreateModel(
            name='SlideTurn',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('page', models.PositiveSmallIntegerField()),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('deck', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='seminars.deck')),
                ('session', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='slide_turns', to='seminars.livesession')),
            ],
            options={
                'ordering': ['at', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Stay',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('joined_at', models.DateTimeField()),
                ('seen_at', models.DateTimeField()),
                ('left_at', models.DateTimeField(blank=True, null=True)),
                ('was_lost', models.BooleanField(default=False, help_text='Closed by the sweeper: its end is uncertain.')),
                ('breakout', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='seminars.breakoutroom')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('session', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='stays', to='seminars.livesession')),
            ],
            options={
                'ordering': ['joined_at'],
            },
        ),
        migrations.CreateModel(
            name='SurveyAnswer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=lms.kit.ids.uuid7, editable=False, unique=True)),
                ('useful', models.PositiveSmallIntegerField(validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(5)])),
                ('clear', models.PositiveSmallIntegerField(validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(5)])),
                ('comfortable', models.PositiveSmallIntegerField(validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(5)])),
                ('words', models.TextField(blank=True, max_length=2000, verbose_name='in your words')),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('session', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='survey_answers', to='seminars.livesession')),
            ],
        ),
        migrations.CreateModel(
            name='BreakoutSeat',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('room', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='seats', to='seminars.breakoutroom')),
                ('round', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='seats', to='seminars.breakoutround')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('round', 'person'), name='seminars_breakoutseat_once')],
            },
        ),
        migrations.CreateModel(
            name='Hand',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=lms.kit.ids.uuid7, editable=False, unique=True)),
                ('state', models.CharField(choices=[('raised', 'Raised'), ('invited', 'Invited to speak'), ('speaking', 'Speaking'), ('lowered', 'Lowered')], default='raised', max_length=10)),
                ('raised_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('changed_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('session', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='hands', to='seminars.livesession')),
            ],
            options={
                'ordering': ['raised_at', 'pk'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'lowered'), _negated=True), fields=('session', 'person'), name='seminars_hand_one_up')],
            },
        ),
        migrations.CreateModel(
            name='HalfDaySignature',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=lms.kit.ids.uuid7, editable=False, unique=True)),
                ('as_trainer', models.BooleanField(default=False)),
                ('day', models.DateField()),
                ('half', models.CharField(choices=[('am', 'Morning'), ('pm', 'Afternoon')], max_length=2)),
                ('signed_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('digest', models.CharField(max_length=64)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('session', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='signatures', to='seminars.livesession')),
            ],
            options={
                'ordering': ['signed_at'],
                'constraints': [models.UniqueConstraint(fields=('session', 'person', 'day', 'half'), name='seminars_halfdaysignature_once')],
            },
        ),
        migrations.CreateModel(
            name='ChatMessage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=lms.kit.ids.uuid7, editable=False, unique=True)),
                ('seq', models.PositiveIntegerField()),
                ('text', models.CharField(max_length=2000)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('edited_at', models.DateTimeField(blank=True, null=True)),
                ('deleted_at', models.DateTimeField(blank=True, null=True)),
                ('pinned_at', models.DateTimeField(blank=True, null=True)),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('breakout', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='messages', to='seminars.breakoutroom')),
                ('deleted_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('reply_to', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='seminars.chatmessage')),
                ('session', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='messages', to='seminars.livesession')),
            ],
            options={
                'ordering': ['seq'],
                'constraints': [models.UniqueConstraint(fields=('session', 'seq'), name='seminars_chatmessage_order')],
            },
        ),
        migrations.AddConstraint(
            model_name='breakoutround',
            constraint=models.UniqueConstraint(condition=models.Q(('closed_at', None), ('opened_at__isnull', False)), fields=('session',), name='seminars_breakoutround_one_open'),
        ),
        migrations.AddConstraint(
            model_name='questionvote',
            constraint=models.UniqueConstraint(fields=('question', 'person'), name='seminars_questionvote_once'),
        ),
        migrations.AddIndex(
            model_name='registration',
            index=models.Index(condition=models.Q(('state', 'waiting')), fields=['session', 'registered_at'], name='seminars_registration_waiting'),
        ),
        migrations.AddConstraint(
            model_name='registration',
            constraint=models.UniqueConstraint(fields=('session', 'person'), name='seminars_registration_once'),
        ),
        migrations.AddIndex(
            model_name='reminder',
            index=models.Index(condition=models.Q(('sent_at', None)), fields=['at'], name='seminars_reminder_due'),
        ),
        migrations.AddConstraint(
            model_name='reminder',
            constraint=models.UniqueConstraint(fields=('registration', 'minutes_before'), name='seminars_reminder_once'),
        ),
        migrations.AddConstraint(
            model_name='removal',
            constraint=models.UniqueConstraint(condition=models.Q(('lifted_at', None)), fields=('session', 'person'), name='seminars_removal_once'),
        ),
        migrations.AddIndex(
            model_name='livesession',
            index=models.Index(fields=['state', 'starts_at'], name='seminars_livesession_coming'),
        ),
        migrations.AddConstraint(
            model_name='livesession',
            constraint=models.CheckConstraint(condition=models.Q(('ends_at__gt', models.F('starts_at'))), name='seminars_livesession_ordered'),
        ),
        migrations.AddConstraint(
            model_name='livesession',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('audience', 'cohort'), _negated=True), ('cohort__isnull', False), _connector='OR'), name='seminars_livesession_cohort_named'),
        ),
        migrations.AddConstraint(
            model_name='livesession',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('audience', 'track'), _negated=True), ('track__isnull', False), _connector='OR'), name='seminars_livesession_track_named'),
        ),
        migrations.AddConstraint(
            model_name='livesession',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('audience', 'partner'), _negated=True), ('partner__isnull', False), _connector='OR'), name='seminars_livesession_partner_named'),
        ),
        migrations.AddConstraint(
            model_name='sessionpollanswer',
            constraint=models.UniqueConstraint(fields=('choice', 'person'), name='seminars_sessionpollanswer_once'),
        ),
        migrations.AddConstraint(
            model_name='sessionrecording',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'running')), fields=('session',), name='seminars_sessionrecording_one_running'),
        ),
        migrations.AddConstraint(
            model_name='replaywatching',
            constraint=models.UniqueConstraint(fields=('recording', 'enrolment'), name='seminars_replaywatching_once'),
        ),
        migrations.AddConstraint(
            model_name='sessionstaff',
            constraint=models.UniqueConstraint(fields=('session', 'person'), name='seminars_sessionstaff_once'),
        ),
        migrations.AddConstraint(
            model_name='slide',
            constraint=models.UniqueConstraint(fields=('deck', 'number'), name='seminars_slide_once'),
        ),
        migrations.AddIndex(
            model_name='stay',
            index=models.Index(condition=models.Q(('left_at', None)), fields=['seen_at'], name='seminars_stay_open'),
        ),
        migrations.AddIndex(
            model_name='stay',
            index=models.Index(fields=['session', 'person'], name='seminars_stay_session'),
        ),
        migrations.AddConstraint(
            model_name='stay',
            constraint=models.CheckConstraint(condition=models.Q(('seen_at__gte', models.F('joined_at'))), name='seminars_stay_ordered'),
        ),
        migrations.AddConstraint(
            model_name='surveyanswer',
            constraint=models.UniqueConstraint(fields=('session', 'person'), name='seminars_surveyanswer_once'),
        ),
    ])
