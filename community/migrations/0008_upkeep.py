"""A journal of what is done to threads, spaces and rules, which the database keeps; an offer its author took off the
list is not one that a moderator hid; a wording keeps the title it had."""

import lms.kit.ids
from typing import Any

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models
from django.db.models import Exists, F, OuterRef

from lms.evidence.append_only import Trigger, put_up, take_down

TRIGGERS = (
    Trigger("community_upkeepline_kept", "DELETE", "community_upkeepline"),
    Trigger("community_upkeepline_frozen", "UPDATE", "community_upkeepline"),
)


def protect(apps: Any, editor: Any) -> None:
    put_up(editor, TRIGGERS)


def unprotect(apps: Any, editor: Any) -> None:
    take_down(editor, TRIGGERS)


def tell_apart(apps: Any, editor: Any) -> None:
    offers = apps.get_model("community", "Offer").objects.exclude(hidden_at=None)
    hidden = apps.get_model("community", "Decision").objects.filter(offer=OuterRef("pk"), action="hide")
    offers.exclude(Exists(hidden)).update(withdrawn_at=F("hidden_at"), hidden_at=None)


def mix(apps: Any, editor: Any) -> None:
    apps.get_model("community", "Offer").objects.exclude(withdrawn_at=None).update(hidden_at=F("withdrawn_at"))


class Migration(migrations.Migration):

    dependencies = [
        ('community', '0007_numbers_given'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='offer',
            name='withdrawn_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='postversion',
            name='title',
            field=models.CharField(blank=True, help_text='Of the thread, for its first message.', max_length=160),
        ),
        migrations.CreateModel(
            name='UpkeepLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=lms.kit.ids.uuid7, editable=False, unique=True)),
                ('action', models.CharField(choices=[('pin', 'The thread is pinned'), ('unpin', 'The thread is pinned no longer'), ('close', 'The thread is closed'), ('reopen', 'The thread is open again'), ('lock', 'The thread is locked'), ('unlock', 'The thread is locked no longer'), ('slow', 'Slow mode is changed'), ('move', 'The thread is moved'), ('merge', 'The thread is merged into another one'), ('split', 'Messages have a thread of their own'), ('spam_rule', 'A rule against spam is changed')], max_length=10)),
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
        migrations.RunPython(tell_apart, mix),
        migrations.RunPython(protect, unprotect),
    ]
