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
        ('programmes', '0001_initial'),
        ('wagtailcore', '0098_apitoken'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = at_once([
        migrations.CreateModel(
            name='GuidePage',
            fields=[
                ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to=settings.WAGTAIL_PAGE_MODEL)),
                ('body', wagtail.fields.RichTextField(verbose_name='text')),
                ('is_guidelines', models.BooleanField(default=False, help_text='Members find this page from the community’s home, and where they write or report.', verbose_name='the community’s guidelines')),
            ],
            options={
                'verbose_name': 'community guide',
                'verbose_name_plural': 'community guides',
            },
            bases=('wagtailcore.page', models.Model),
        ),
        migrations.CreateModel(
            name='LinkCard',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('url', models.URLField(max_length=500, unique=True)),
                ('state', models.CharField(choices=[('waiting', 'Waiting'), ('found', 'Found'), ('nothing', 'Nothing to show')], default='waiting', max_length=10)),
                ('title', models.CharField(blank=True, max_length=200)),
                ('description', models.CharField(blank=True, max_length=300)),
                ('site', models.CharField(blank=True, max_length=100)),
                ('asked_at', models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name='ModerationTemplate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=lms.kit.ids.uuid7, editable=False, unique=True)),
                ('name', models.CharField(max_length=80, verbose_name='name')),
                ('reason', models.CharField(blank=True, choices=[('spam', 'Advertising or spam'), ('rude', 'Hurtful or aggressive'), ('private', 'Shows somebody’s personal data'), ('off_topic', 'Off topic'), ('wrong', 'Wrong or dangerous advice'), ('danger', 'Somebody may be in danger'), ('other', 'Something else')], max_length=10, verbose_name='for')),
                ('rule', models.CharField(max_length=200, verbose_name='the rule it names')),
                ('text', models.TextField(max_length=2000, verbose_name='message')),
                ('language', models.CharField(choices=[('fr', 'French'), ('en', 'English')], default='fr', max_length=5, verbose_name='language')),
                ('order', models.PositiveSmallIntegerField(default=100, verbose_name='order')),
            ],
            options={
                'verbose_name': 'message of moderation',
                'verbose_name_plural': 'messages of moderation',
                'ordering': ['order', 'name'],
            },
        ),
        migrations.CreateModel(
            name='Poll',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=lms.kit.ids.uuid7, editable=False, unique=True)),
                ('question', models.CharField(max_length=200, verbose_name='question')),
                ('several', models.BooleanField(default=False, verbose_name='several answers')),
                ('closes_at', models.DateTimeField(blank=True, null=True, verbose_name='closes on')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='SpamRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('signal', models.CharField(choices=[('links', 'Links in a newcomer’s message, each'), ('same_text', 'The same text was sent before'), ('fast', 'Written faster than anybody types'), ('capitals', 'Mostly in capitals'), ('word', 'A word of the list')], max_length=12, verbose_name='signal')),
                ('word', models.CharField(blank=True, help_text='For the signal “a word of the list”.', max_length=60, verbose_name='word')),
                ('points', models.PositiveSmallIntegerField(default=50, verbose_name='points')),
                ('is_active', models.BooleanField(default=True, verbose_name='in use')),
            ],
            options={
                'verbose_name': 'rule against spam',
                'verbose_name_plural': 'rules against spam',
                'ordering': ['signal', 'word'],
            },
        ),
        migrations.CreateModel(
            name='TrustRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('trust', models.PositiveSmallIntegerField(choices=[(0, 'New here'), (1, 'Known'), (2, 'Regular'), (3, 'Pillar of the community')], unique=True, verbose_name='level')),
                ('posts_read', models.PositiveIntegerField(default=0, verbose_name='messages read')),
                ('days_visited', models.PositiveIntegerField(default=0, verbose_name='days present')),
                ('thanks_received', models.PositiveIntegerField(default=0, verbose_name='thanks received')),
                ('links', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='links in one message')),
                ('files', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='images and files in one message')),
                ('mentions', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='people named in one message')),
                ('posts_a_day', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='messages in 24 hours')),
                ('conversations_a_day', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='people written to for the first time in 24 hours')),
            ],
            options={
                'verbose_name': 'rule of trust',
                'verbose_name_plural': 'rules of trust',
                'ordering': ['trust'],
            },
        ),
        migrations.CreateModel(
            name='Conversation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=lms.kit.ids.uuid7, editable=False, unique=True)),
                ('last_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('last_number', models.PositiveIntegerField(default=0)),
                ('first_read', models.PositiveIntegerField(default=0)),
                ('second_read', models.PositiveIntegerField(default=0)),
                ('first', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('second', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-last_at'],
            },
        ),
        migrations.CreateModel(
            name='Decision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=lms.kit.ids.uuid7, editable=False, unique=True)),
                ('action', models.CharField(choices=[('keep', 'Keep it'), ('hide', 'Hide it'), ('edit', 'Edit it'), ('pause', 'Pause this person for 24 hours'), ('resume', 'End the pause'), ('restore', 'Show it again')], max_length=10)),
                ('rule', models.CharField(blank=True, max_length=200)),
                ('message', models.TextField(blank=True)),
                ('strikes_until', models.DateTimeField(blank=True, help_text='A strike that counts until then.', null=True)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('moderator', models.ForeignKey(help_text='None: a rule.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-at'],
            },
        ),
        migrations.CreateModel(
            name='Appeal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=lms.kit.ids.uuid7, editable=False, unique=True)),
                ('words', models.TextField(max_length=2000, verbose_name='why the decision should change')),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('state', models.CharField(choices=[('open', 'Open'), ('upheld', 'The decision stands'), ('overturned', 'The decision is undone')], default='open', max_length=10)),
                ('answer', models.TextField(blank=True, max_length=2000)),
                ('answered_at', models.DateTimeField(blank=True, null=True)),
                ('answered_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('decision', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='appeal', to='community.decision')),
            ],
            options={
                'ordering': ['at'],
            },
        ),
        migrations.CreateModel(
            name='Draft',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('place', models.CharField(max_length=60)),
                ('content', models.JSONField(help_text='The form as it was typed: lists of values by field.')),
                ('version', models.PositiveIntegerField(default=1)),
                ('kept_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='Duty',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('phone', models.CharField(blank=True, max_length=30, verbose_name='phone')),
                ('starts_on', models.DateField(verbose_name='from')),
                ('ends_on', models.DateField(verbose_name='to')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='person')),
            ],
            options={
                'verbose_name': 'moderator on duty',
                'verbose_name_plural': 'moderators on duty',
                'ordering': ['starts_on'],
            },
        ),
        migrations.CreateModel(
            name='ForumImport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=lms.kit.ids.uuid7, editable=False, unique=True)),
                ('file', models.FileField(upload_to='imports/', verbose_name='file')),
                ('name', models.CharField(max_length=255, verbose_name='name of the file')),
                ('state', models.CharField(choices=[('waiting', 'Waiting'), ('checked', 'Checked, nothing written yet'), ('done', 'Imported'), ('refused', 'Refused'), ('undone', 'Undone')], default='waiting', max_length=10, verbose_name='state')),
                ('report', models.JSONField(default=dict)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('asked_at', models.DateTimeField(default=django.utils.timezone.now, help_text='When the worker was last asked to check or to write it.')),
                ('finished_at', models.DateTimeField(blank=True, null=True)),
                ('source', models.CharField(max_length=60, verbose_name='name of the forum')),
                ('actor', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'forum import',
                'verbose_name_plural': 'forum imports',
                'ordering': ['-created_at'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Offer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=lms.kit.ids.uuid7, editable=False, unique=True)),
                ('kind', models.CharField(choices=[('job', 'Job or assignment'), ('event', 'Event'), ('help', 'Offer of help')], max_length=5, verbose_name='kind')),
                ('title', models.CharField(max_length=120, verbose_name='title')),
                ('source', models.TextField(max_length=4000, verbose_name='text')),
                ('html', models.TextField()),
                ('place', models.CharField(blank=True, max_length=120, verbose_name='place')),
                ('department', models.CharField(blank=True, max_length=3, verbose_name='department')),
                ('starts_at', models.DateTimeField(blank=True, null=True, verbose_name='begins')),
                ('ends_on', models.DateField(verbose_name='until')),
                ('written_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True)),
                ('hidden_at', models.DateTimeField(blank=True, null=True)),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-written_at'],
            },
        ),
        migrations.AddField(
            model_name='decision',
            name='offer',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='decisions', to='community.offer'),
        ),
        migrations.CreateModel(
            name='PollOption',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=lms.kit.ids.uuid7, editable=False, unique=True)),
                ('text', models.CharField(max_length=120)),
                ('order', models.PositiveSmallIntegerField()),
                ('poll', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='options', to='community.poll')),
            ],
            options={
                'ordering': ['order'],
            },
        ),
        migrations.CreateModel(
            name='PollVote',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('option', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='votes', to='community.polloption')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='Post',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=lms.kit.ids.uuid7, editable=False, unique=True)),
                ('number', models.PositiveIntegerField()),
                ('source', models.TextField(max_length=20000)),
                ('html', models.TextField()),
                ('terms', models.TextField(blank=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('edited_at', models.DateTimeField(blank=True, null=True)),
                ('version', models.PositiveIntegerField(default=1, help_text='Guards against overwriting what somebody just saved.')),
                ('by_mail', models.BooleanField(default=False)),
                ('hidden_at', models.DateTimeField(blank=True, null=True)),
                ('deleted_at', models.DateTimeField(blank=True, null=True)),
                ('imported_from', models.CharField(blank=True, max_length=200)),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('reply_to', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='community.post')),
            ],
            options={
                'ordering': ['number'],
            },
        ),
        migrations.AddField(
            model_name='poll',
            name='post',
            field=models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='poll', to='community.post'),
        ),
        migrations.CreateModel(
            name='Mention',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('post', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='mentions', to='community.post')),
            ],
        ),
        migrations.AddField(
            model_name='decision',
            name='post',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='decisions', to='community.post'),
        ),
        migrations.CreateModel(
            name='Bookmark',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=lms.kit.ids.uuid7, editable=False, unique=True)),
                ('note', models.CharField(blank=True, max_length=200)),
                ('remind_at', models.DateTimeField(blank=True, null=True)),
                ('reminded_at', models.DateTimeField(blank=True, null=True)),
                ('kept_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('post', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='bookmarks', to='community.post')),
            ],
            options={
                'ordering': ['-kept_at'],
            },
        ),
        migrations.CreateModel(
            name='PostFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=lms.kit.ids.uuid7, editable=False, unique=True)),
                ('kind', models.CharField(choices=[('image', 'Image'), ('file', 'File')], max_length=5)),
                ('file', models.FileField(max_length=200, upload_to='community/%Y/%m/')),
                ('name', models.CharField(max_length=150)),
                ('alt', models.CharField(blank=True, max_length=250, verbose_name='what the image shows')),
                ('size', models.PositiveIntegerField(help_text='Bytes.')),
                ('width', models.PositiveIntegerField(default=0)),
                ('height', models.PositiveIntegerField(default=0)),
                ('sent_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('post', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='files', to='community.post')),
            ],
        ),
        migrations.CreateModel(
            name='PostLink',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('card', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='community.linkcard')),
                ('post', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='links', to='community.post')),
            ],
        ),
        migrations.CreateModel(
            name='PostTelling',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('due_at', models.DateTimeField(db_index=True)),
                ('post', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='telling', to='community.post')),
            ],
        ),
        migrations.CreateModel(
            name='PostVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('title', models.CharField(blank=True, help_text='Of the thread, for its first message.', max_length=160)),
                ('source', models.TextField()),
                ('reason', models.CharField(blank=True, max_length=300)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('edited_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('post', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='versions', to='community.post')),
            ],
            options={
                'ordering': ['number'],
            },
        ),
        migrations.CreateModel(
            name='PrivateMessage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=lms.kit.ids.uuid7, editable=False, unique=True)),
                ('number', models.PositiveIntegerField()),
                ('source', models.TextField(max_length=4000)),
                ('html', models.TextField()),
                ('sent_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('hidden_at', models.DateTimeField(blank=True, null=True)),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('conversation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='messages', to='community.conversation')),
            ],
            options={
                'ordering': ['number'],
            },
        ),
        migrations.CreateModel(
            name='Flag',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=lms.kit.ids.uuid7, editable=False, unique=True)),
                ('reason', models.CharField(choices=[('spam', 'Advertising or spam'), ('rude', 'Hurtful or aggressive'), ('private', 'Shows somebody’s personal data'), ('off_topic', 'Off topic'), ('wrong', 'Wrong or dangerous advice'), ('danger', 'Somebody may be in danger'), ('other', 'Something else')], max_length=10, verbose_name='reason')),
                ('words', models.CharField(blank=True, max_length=500, verbose_name='in your words')),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('decision', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='flags', to='community.decision')),
                ('flagger', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('offer', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='flags', to='community.offer')),
                ('post', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='flags', to='community.post')),
                ('message', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='flags', to='community.privatemessage')),
            ],
            options={
                'ordering': ['at'],
            },
        ),
        migrations.AddField(
            model_name='decision',
            name='message_about',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='decisions', to='community.privatemessage'),
        ),
        migrations.CreateModel(
            name='DangerAlert',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=lms.kit.ids.uuid7, editable=False, unique=True)),
                ('raised_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('taken_at', models.DateTimeField(blank=True, null=True)),
                ('closed_at', models.DateTimeField(blank=True, null=True)),
                ('done', models.TextField(blank=True, max_length=2000)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('raised_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('taken_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('post', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='community.post')),
                ('message', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='community.privatemessage')),
            ],
            options={
                'ordering': ['-raised_at'],
            },
        ),
        migrations.CreateModel(
            name='Profile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('is_listed', models.BooleanField(default=False, verbose_name='show me in the directory')),
                ('department', models.CharField(blank=True, max_length=3, verbose_name='department')),
                ('about', models.CharField(blank=True, max_length=400, verbose_name='about me')),
                ('helps_with', models.CharField(blank=True, max_length=200, verbose_name='what I can help with')),
                ('is_mentor', models.BooleanField(default=False, verbose_name='I am glad to be a mentor')),
                ('takes_messages', models.BooleanField(default=True, verbose_name='people may write to me')),
                ('asked_still_there_at', models.DateTimeField(blank=True, null=True)),
                ('still_there_at', models.DateTimeField(blank=True, null=True)),
                ('welcomed_as_alumni_at', models.DateTimeField(blank=True, null=True)),
                ('person', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='profile', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='Reaction',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('thanks', 'Thank you'), ('helps', 'It helps me too'), ('idea', 'Good idea'), ('courage', 'Courage!')], max_length=10)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('post', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='reactions', to='community.post')),
            ],
        ),
        migrations.CreateModel(
            name='Space',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=lms.kit.ids.uuid7, editable=False, unique=True)),
                ('name', models.CharField(max_length=80, verbose_name='name')),
                ('slug', models.SlugField(max_length=80, unique=True, verbose_name='address')),
                ('description', models.CharField(blank=True, max_length=200, verbose_name='what it is for')),
                ('audience', models.CharField(choices=[('academy', 'Everybody at the academy'), ('cohort', 'One cohort and its team'), ('partner', 'One partner’s learners and team'), ('territory', 'People of some departments'), ('theme', 'A theme, for everybody'), ('alumni', 'Alumni')], default='academy', max_length=10, verbose_name='audience')),
                ('departments', models.JSONField(blank=True, default=list, help_text='Codes of French departments, for a territory.', verbose_name='departments')),
                ('is_closed', models.BooleanField(default=False, help_text='Only the people named below, within the audience, come in.', verbose_name='closed')),
                ('posting', models.CharField(choices=[('readers', 'Everybody who reads it'), ('team', 'Coaches, trainers and moderators'), ('moderators', 'Moderators')], default='readers', max_length=10, verbose_name='who may write')),
                ('usual_kind', models.CharField(choices=[('question', 'Question'), ('discussion', 'Discussion'), ('announcement', 'Announcement')], default='discussion', max_length=12, verbose_name='usual kind of thread')),
                ('slow_mode_seconds', models.PositiveIntegerField(default=0, help_text='Least time between two messages of one person; 0: none.', verbose_name='slow mode (seconds)')),
                ('order', models.PositiveSmallIntegerField(default=100, verbose_name='order')),
                ('archived_at', models.DateTimeField(blank=True, null=True, verbose_name='archived on')),
                ('cohort', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='programmes.cohort', verbose_name='cohort')),
                ('partner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='programmes.partner', verbose_name='partner')),
                ('welcome', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='community.guidepage', verbose_name='welcome page')),
            ],
            options={
                'verbose_name': 'space',
                'verbose_name_plural': 'spaces',
                'ordering': ['order', 'name'],
            },
        ),
        migrations.CreateModel(
            name='SpaceFeed',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('token_digest', models.CharField(max_length=64, unique=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('space', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='feeds', to='community.space')),
            ],
        ),
        migrations.CreateModel(
            name='SpaceMember',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(choices=[('member', 'Member'), ('moderator', 'Moderator')], default='member', max_length=10, verbose_name='role')),
                ('since', models.DateTimeField(default=django.utils.timezone.now)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='person')),
                ('space', modelcluster.fields.ParentalKey(on_delete=django.db.models.deletion.CASCADE, related_name='members', to='community.space')),
            ],
        ),
        migrations.CreateModel(
            name='SpaceReading',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('level', models.CharField(choices=[('watching', 'Watch: I am told of every message'), ('following', 'Follow: new messages are counted, and I am told when somebody answers me'), ('normal', 'Normal: I am told when somebody answers me or names me'), ('muted', 'Mute: I am told nothing')], default='normal', max_length=10)),
                ('read_before', models.DateTimeField(default=django.utils.timezone.now)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('space', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='readings', to='community.space')),
            ],
        ),
        migrations.CreateModel(
            name='Standing',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('trust', models.PositiveSmallIntegerField(choices=[(0, 'New here'), (1, 'Known'), (2, 'Regular'), (3, 'Pillar of the community')], default=0)),
                ('posts_read', models.PositiveIntegerField(default=0)),
                ('days_visited', models.PositiveIntegerField(default=0)),
                ('last_day', models.DateField(blank=True, null=True)),
                ('posts_written', models.PositiveIntegerField(default=0)),
                ('thanks_received', models.PositiveIntegerField(default=0)),
                ('paused_until', models.DateTimeField(blank=True, null=True)),
                ('since', models.DateTimeField(default=django.utils.timezone.now)),
                ('person', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='standing', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='Thread',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=lms.kit.ids.uuid7, editable=False, unique=True)),
                ('kind', models.CharField(choices=[('question', 'Question'), ('discussion', 'Discussion'), ('announcement', 'Announcement')], max_length=12)),
                ('title', models.CharField(max_length=160, verbose_name='title')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('last_post_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('last_number', models.PositiveIntegerField(default=0, help_text='The highest number of a post that is there.')),
                ('numbers_given', models.PositiveIntegerField(default=0, help_text='Posts up to this number were held, removed or split off: it is given to no other.')),
                ('post_count', models.PositiveIntegerField(default=0, help_text='Posts that are still there.')),
                ('pinned_at', models.DateTimeField(blank=True, null=True)),
                ('closed_at', models.DateTimeField(blank=True, null=True)),
                ('locked_at', models.DateTimeField(blank=True, null=True)),
                ('slow_mode_seconds', models.PositiveIntegerField(default=0)),
                ('hidden_at', models.DateTimeField(blank=True, null=True)),
                ('imported_from', models.CharField(blank=True, help_text='Where an import found it.', max_length=200)),
                ('accepted', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='community.post')),
                ('accepted_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('lesson', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='courses.lessonpage')),
                ('merged_into', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='community.thread')),
                ('space', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='threads', to='community.space')),
            ],
            options={
                'ordering': ['-last_post_at'],
            },
        ),
        migrations.AddField(
            model_name='post',
            name='thread',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='posts', to='community.thread'),
        ),
        migrations.CreateModel(
            name='ThreadReading',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('last_read', models.PositiveIntegerField(default=0, help_text='Number of the last post she has seen.')),
                ('level', models.CharField(blank=True, max_length=10)),
                ('read_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('thread', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='readings', to='community.thread')),
            ],
        ),
        migrations.CreateModel(
            name='UpkeepLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=lms.kit.ids.uuid7, editable=False, unique=True)),
                ('action', models.CharField(choices=[('pin', 'The thread is pinned'), ('unpin', 'The thread is pinned no longer'), ('close', 'The thread is closed'), ('reopen', 'The thread is open again'), ('lock', 'The thread is locked'), ('unlock', 'The thread is locked no longer'), ('slow', 'Slow mode is changed'), ('move', 'The thread is moved'), ('merge', 'The thread is merged into another one'), ('split', 'Messages have a thread of their own'), ('spam_add', 'A rule against spam is added'), ('spam_rule', 'A rule against spam is changed'), ('spam_gone', 'A rule against spam is removed')], max_length=10)),
                ('words', models.CharField(blank=True, max_length=250)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('moderator', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('other', models.ForeignKey(help_text='Merged into it, or split off.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='community.thread')),
                ('space', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='community.space')),
                ('thread', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='community.thread')),
            ],
            options={
                'ordering': ['-at'],
            },
        ),
        migrations.CreateModel(
            name='Block',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('blocked', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('person', 'blocked'), name='community_block_once'), models.CheckConstraint(condition=models.Q(('person', models.F('blocked')), _negated=True), name='community_block_not_oneself')],
            },
        ),
        migrations.AddIndex(
            model_name='conversation',
            index=models.Index(fields=['first', '-last_at'], name='community_conversation_first'),
        ),
        migrations.AddIndex(
            model_name='conversation',
            index=models.Index(fields=['second', '-last_at'], name='community_conversation_second'),
        ),
        migrations.AddConstraint(
            model_name='conversation',
            constraint=models.UniqueConstraint(fields=('first', 'second'), name='community_conversation_once'),
        ),
        migrations.AddConstraint(
            model_name='conversation',
            constraint=models.CheckConstraint(condition=models.Q(('first__lt', models.F('second'))), name='community_conversation_ordered'),
        ),
        migrations.AddConstraint(
            model_name='draft',
            constraint=models.UniqueConstraint(fields=('person', 'place'), name='community_draft_once'),
        ),
        migrations.AddConstraint(
            model_name='duty',
            constraint=models.CheckConstraint(condition=models.Q(('ends_on__gte', models.F('starts_on'))), name='community_duty_ordered'),
        ),
        migrations.AddIndex(
            model_name='offer',
            index=models.Index(fields=['ends_on'], name='community_offer_ends'),
        ),
        migrations.AddConstraint(
            model_name='polloption',
            constraint=models.UniqueConstraint(fields=('poll', 'order'), name='community_polloption_order'),
        ),
        migrations.AddConstraint(
            model_name='pollvote',
            constraint=models.UniqueConstraint(fields=('option', 'person'), name='community_pollvote_once'),
        ),
        migrations.AddConstraint(
            model_name='mention',
            constraint=models.UniqueConstraint(fields=('post', 'person'), name='community_mention_once'),
        ),
        migrations.AddIndex(
            model_name='bookmark',
            index=models.Index(condition=models.Q(('reminded_at', None)), fields=['remind_at'], name='community_bookmark_due'),
        ),
        migrations.AddIndex(
            model_name='bookmark',
            index=models.Index(fields=['person', '-kept_at'], name='community_bookmark_mine'),
        ),
        migrations.AddConstraint(
            model_name='bookmark',
            constraint=models.UniqueConstraint(fields=('post', 'person'), name='community_bookmark_once'),
        ),
        migrations.AddIndex(
            model_name='postfile',
            index=models.Index(condition=models.Q(('post', None)), fields=['sent_at'], name='community_postfile_loose'),
        ),
        migrations.AddConstraint(
            model_name='postlink',
            constraint=models.UniqueConstraint(fields=('post', 'card'), name='community_postlink_once'),
        ),
        migrations.AddConstraint(
            model_name='postversion',
            constraint=models.UniqueConstraint(fields=('post', 'number'), name='community_postversion_order'),
        ),
        migrations.AddConstraint(
            model_name='privatemessage',
            constraint=models.UniqueConstraint(fields=('conversation', 'number'), name='community_privatemessage_numbered'),
        ),
        migrations.AddIndex(
            model_name='flag',
            index=models.Index(condition=models.Q(('decision', None)), fields=['at'], name='community_flag_waiting'),
        ),
        migrations.AddConstraint(
            model_name='flag',
            constraint=models.UniqueConstraint(condition=models.Q(('decision', None), ('post__isnull', False)), fields=('post', 'flagger'), name='community_flag_once'),
        ),
        migrations.AddConstraint(
            model_name='flag',
            constraint=models.UniqueConstraint(condition=models.Q(('decision', None), ('message__isnull', False)), fields=('message', 'flagger'), name='community_flag_message_once'),
        ),
        migrations.AddConstraint(
            model_name='flag',
            constraint=models.UniqueConstraint(condition=models.Q(('decision', None), ('offer__isnull', False)), fields=('offer', 'flagger'), name='community_flag_offer_once'),
        ),
        migrations.AddConstraint(
            model_name='flag',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('message__isnull', True), ('offer__isnull', True), ('post__isnull', False)), models.Q(('message__isnull', False), ('offer__isnull', True), ('post__isnull', True)), models.Q(('message__isnull', True), ('offer__isnull', False), ('post__isnull', True)), _connector='OR'), name='community_flag_one_thing'),
        ),
        migrations.AddIndex(
            model_name='decision',
            index=models.Index(fields=['person', '-at'], name='community_decision_person'),
        ),
        migrations.AddConstraint(
            model_name='reaction',
            constraint=models.UniqueConstraint(fields=('post', 'person', 'kind'), name='community_reaction_once'),
        ),
        migrations.AddConstraint(
            model_name='space',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('audience', 'cohort'), _negated=True), ('cohort__isnull', False), _connector='OR'), name='community_space_cohort_named'),
        ),
        migrations.AddConstraint(
            model_name='space',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('audience', 'partner'), _negated=True), ('partner__isnull', False), _connector='OR'), name='community_space_partner_named'),
        ),
        migrations.AddConstraint(
            model_name='spacefeed',
            constraint=models.UniqueConstraint(fields=('space', 'person'), name='community_spacefeed_once'),
        ),
        migrations.AddConstraint(
            model_name='spacemember',
            constraint=models.UniqueConstraint(fields=('space', 'person'), name='community_spacemember_once'),
        ),
        migrations.AddConstraint(
            model_name='spacereading',
            constraint=models.UniqueConstraint(fields=('space', 'person'), name='community_spacereading_once'),
        ),
        migrations.AddIndex(
            model_name='thread',
            index=models.Index(fields=['space', '-last_post_at'], name='community_thread_recent'),
        ),
        migrations.AddIndex(
            model_name='thread',
            index=models.Index(fields=['author', '-created_at'], name='community_thread_author'),
        ),
        migrations.AddIndex(
            model_name='thread',
            index=models.Index(condition=models.Q(('accepted', None), ('hidden_at', None), ('kind', 'question'), ('merged_into', None)), fields=['space', 'created_at'], name='community_thread_unanswered'),
        ),
        migrations.AddIndex(
            model_name='thread',
            index=models.Index(condition=models.Q(('pinned_at__isnull', False)), fields=['space', '-pinned_at'], name='community_thread_pinned'),
        ),
        migrations.AddConstraint(
            model_name='thread',
            constraint=models.UniqueConstraint(condition=models.Q(('imported_from', ''), _negated=True), fields=('imported_from',), name='community_thread_imported_once'),
        ),
        migrations.AddIndex(
            model_name='post',
            index=models.Index(fields=['author', '-created_at'], name='community_post_author'),
        ),
        migrations.AddIndex(
            model_name='post',
            index=models.Index(condition=models.Q(('deleted_at', None), ('hidden_at', None)), fields=['-created_at', '-id'], name='community_post_newest'),
        ),
        migrations.AddIndex(
            model_name='post',
            index=models.Index(condition=models.Q(('deleted_at', None), ('hidden_at', None)), fields=['thread', 'author'], name='community_post_standing'),
        ),
        migrations.AddConstraint(
            model_name='post',
            constraint=models.UniqueConstraint(fields=('thread', 'number'), name='community_post_numbered'),
        ),
        migrations.AddConstraint(
            model_name='post',
            constraint=models.UniqueConstraint(condition=models.Q(('imported_from', ''), _negated=True), fields=('imported_from',), name='community_post_imported_once'),
        ),
        migrations.AddConstraint(
            model_name='threadreading',
            constraint=models.UniqueConstraint(fields=('person', 'thread'), name='community_threadreading_once'),
        ),
    ])
