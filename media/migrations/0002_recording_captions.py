"""Captions of a recording."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('media', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='recording',
            name='captions',
            field=models.TextField(blank=True, help_text='WebVTT: what is said, shown over the video at the right time.', verbose_name='captions'),
        ),
    ]
