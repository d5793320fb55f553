import datetime
import django.core.validators
import django.db.models.deletion
import lms.kit.ids
from django.conf import settings
from django.db import migrations, models
from lms.kit.tables import at_once


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('usersessions', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = at_once([
        migrations.CreateModel(
            name='Notification',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=lms.kit.ids.uuid7, editable=False, unique=True)),
                ('kind', models.CharField(help_text='Code of a registered kind.', max_length=64)),
                ('key', models.CharField(help_text='What happened, once for each person.', max_length=200)),
                ('title', models.CharField(max_length=255)),
                ('lines', models.JSONField(default=list)),
                ('url', models.CharField(blank=True, help_text='A path of the academy.', max_length=500)),
                ('action', models.CharField(blank=True, help_text='Words on the button that leads there.', max_length=80)),
                ('created_at', models.DateTimeField()),
                ('read_at', models.DateTimeField(blank=True, null=True)),
                ('actor', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('recipient', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notifications', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-created_at', '-id'],
            },
        ),
        migrations.CreateModel(
            name='Delivery',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=lms.kit.ids.uuid7, editable=False, unique=True)),
                ('digest_on', models.DateField(help_text='Set on a digest: the day it is for, where the person is.', null=True)),
                ('channel', models.CharField(choices=[('email', 'E-mail'), ('push', 'On my devices')], max_length=5)),
                ('is_urgent', models.BooleanField(default=False)),
                ('attachments', models.JSONField(default=list)),
                ('state', models.CharField(choices=[('pending', 'Waiting to leave'), ('sent', 'Sent'), ('digest', 'Waiting for the digest'), ('folded', 'In a digest'), ('skipped', 'Not needed any more'), ('dead', 'Could not be delivered')], default='pending', max_length=8)),
                ('due_at', models.DateTimeField()),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('claimed_until', models.DateTimeField(help_text='Until then a worker has it in hand.', null=True)),
                ('budget_day', models.DateField(help_text="The person's day whose mail budget it uses.", null=True)),
                ('last_error', models.CharField(blank=True, max_length=500)),
                ('created_at', models.DateTimeField()),
                ('finished_at', models.DateTimeField(help_text='When it was sent, folded, skipped or given up.', null=True)),
                ('digest', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='folded', to='notifications.delivery')),
                ('recipient', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='deliveries', to=settings.AUTH_USER_MODEL)),
                ('notification', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='deliveries', to='notifications.notification')),
            ],
            options={
                'verbose_name': 'outgoing message',
                'verbose_name_plural': 'outgoing messages',
                'ordering': ['due_at', 'id'],
            },
        ),
        migrations.CreateModel(
            name='PushSubscription',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=lms.kit.ids.uuid7, editable=False, unique=True)),
                ('endpoint', models.URLField(max_length=1000, unique=True)),
                ('p256dh', models.CharField(help_text="The browser's public key, base64url.", max_length=120)),
                ('auth', models.CharField(help_text='The shared secret, base64url.', max_length=40)),
                ('device', models.CharField(blank=True, help_text='The browser and its system, in words.', max_length=120)),
                ('created_at', models.DateTimeField()),
                ('failed_at', models.DateTimeField(null=True)),
                ('last_error', models.CharField(blank=True, max_length=300)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='push_subscriptions', to=settings.AUTH_USER_MODEL)),
                ('session', models.ForeignKey(help_text='Empty where it is not known.', null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='usersessions.usersession')),
            ],
            options={
                'ordering': ['-created_at', '-id'],
            },
        ),
        migrations.CreateModel(
            name='TellingChoices',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('digest', models.CharField(choices=[('daily', 'Every day'), ('weekly', 'Every Monday'), ('off', 'Never')], default='daily', max_length=6, verbose_name='Summary by e-mail')),
                ('digest_hour', models.PositiveSmallIntegerField(default=8, validators=[django.core.validators.MaxValueValidator(23)], verbose_name='At what time')),
                ('quiet_from', models.TimeField(blank=True, default=datetime.time(21, 0), null=True, verbose_name='Quiet from')),
                ('quiet_until', models.TimeField(blank=True, default=datetime.time(7, 30), null=True, verbose_name='Quiet until')),
                ('mails_a_day', models.PositiveSmallIntegerField(default=3, validators=[django.core.validators.MaxValueValidator(20)], verbose_name='Single e-mails a day, at most')),
                ('person', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='telling_choices', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='ChannelChoice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=64)),
                ('channel', models.CharField(choices=[('email', 'E-mail'), ('push', 'On my devices')], max_length=5)),
                ('is_on', models.BooleanField()),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='channel_choices', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('person', 'kind', 'channel'), name='notifications_channelchoice_one')],
            },
        ),
        migrations.AddIndex(
            model_name='notification',
            index=models.Index(fields=['recipient', '-created_at'], name='notifications_notification_of'),
        ),
        migrations.AddIndex(
            model_name='notification',
            index=models.Index(condition=models.Q(('read_at', None)), fields=['recipient'], name='notifications_unread'),
        ),
        migrations.AddConstraint(
            model_name='notification',
            constraint=models.UniqueConstraint(fields=('recipient', 'key'), name='notifications_notification_told_once'),
        ),
        migrations.AddIndex(
            model_name='delivery',
            index=models.Index(condition=models.Q(('state', 'pending')), fields=['due_at', 'id'], name='notifications_outbox'),
        ),
        migrations.AddIndex(
            model_name='delivery',
            index=models.Index(condition=models.Q(('state', 'digest')), fields=['due_at', 'recipient'], name='notifications_for_digest'),
        ),
        migrations.AddIndex(
            model_name='delivery',
            index=models.Index(fields=['recipient', 'budget_day'], name='notifications_budget'),
        ),
        migrations.AddIndex(
            model_name='delivery',
            index=models.Index(fields=['state', 'finished_at'], name='notifications_delivery_done'),
        ),
        migrations.AddConstraint(
            model_name='delivery',
            constraint=models.UniqueConstraint(fields=('notification', 'channel'), name='notifications_delivery_one_a_channel'),
        ),
        migrations.AddConstraint(
            model_name='delivery',
            constraint=models.UniqueConstraint(fields=('recipient', 'digest_on'), name='notifications_delivery_one_digest_a_day'),
        ),
        migrations.AddConstraint(
            model_name='delivery',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('digest_on', None), ('notification__isnull', False)), models.Q(('channel', 'email'), ('digest_on__isnull', False), ('notification', None)), _connector='OR'), name='notifications_delivery_news_or_digest'),
        ),
        migrations.AddConstraint(
            model_name='delivery',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('finished_at', None), ('state__in', ['pending', 'digest'])), models.Q(models.Q(('state__in', ['pending', 'digest']), _negated=True), ('finished_at__isnull', False)), _connector='OR'), name='notifications_delivery_finished_once_done'),
        ),
        migrations.AddConstraint(
            model_name='tellingchoices',
            constraint=models.CheckConstraint(condition=models.Q(('digest_hour__gte', 0), ('digest_hour__lte', 23)), name='notifications_tellingchoices_hour'),
        ),
        migrations.AddConstraint(
            model_name='tellingchoices',
            constraint=models.CheckConstraint(condition=models.Q(('mails_a_day__gte', 0), ('mails_a_day__lte', 20)), name='notifications_tellingchoices_budget'),
        ),
        migrations.AddConstraint(
            model_name='tellingchoices',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('quiet_from', None), ('quiet_until', None)), models.Q(('quiet_from__isnull', False), ('quiet_until__isnull', False)), _connector='OR'), name='notifications_tellingchoices_quiet_both'),
        ),
    ])
