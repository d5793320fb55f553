import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
import lms.kit.ids
from django.conf import settings
from django.db import migrations, models
from lms.kit.tables import at_once


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
    ]

    operations = at_once([
        migrations.CreateModel(
            name='User',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=lms.kit.ids.uuid7, editable=False, unique=True)),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('is_superuser', models.BooleanField(default=False, help_text='Designates that this user has all permissions without explicitly assigning them.', verbose_name='superuser status')),
                ('email', models.EmailField(max_length=254, unique=True, verbose_name='e-mail address')),
                ('display_name', models.CharField(blank=True, help_text='The name other people see.', max_length=150, verbose_name='displayed name')),
                ('certificate_name', models.CharField(blank=True, help_text='As on your identity papers; printed on your attestations.', max_length=200, verbose_name='name for certificates')),
                ('portrait', models.CharField(blank=True, editable=False, help_text='The name of the photograph others see; of staff only.', max_length=40)),
                ('language', models.CharField(choices=[('fr', 'French'), ('en', 'English')], default='fr', max_length=5, verbose_name='language')),
                ('time_zone', models.CharField(default='Europe/Paris', max_length=50, verbose_name='time zone')),
                ('phone', models.CharField(blank=True, max_length=30, verbose_name='phone')),
                ('theme', models.CharField(choices=[('auto', 'As on my device'), ('light', 'Light'), ('dark', 'Dark')], default='auto', max_length=8, verbose_name='colours')),
                ('text_size', models.CharField(choices=[('normal', 'Normal'), ('large', 'Large'), ('larger', 'Very large')], default='normal', max_length=8, verbose_name='text size')),
                ('line_spacing', models.CharField(choices=[('normal', 'Normal'), ('wide', 'Wide')], default='normal', max_length=8, verbose_name='line spacing')),
                ('typeface', models.CharField(choices=[('atkinson', 'Atkinson Hyperlegible'), ('system', 'The font of my device')], default='atkinson', max_length=10, verbose_name='font')),
                ('data_saver', models.BooleanField(default=False, help_text='Images and recordings load only when you ask.', verbose_name='save data')),
                ('is_active', models.BooleanField(default=True, help_text='Untick to suspend this person; nothing is deleted.', verbose_name='active')),
                ('staff_since', models.DateTimeField(blank=True, editable=False, help_text='Starts the second-factor grace period.', null=True, verbose_name='staff since')),
                ('authz_epoch', models.PositiveIntegerField(default=0, editable=False, help_text='Raised when rights change, so that open sockets close.')),
                ('date_joined', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='joined on')),
                ('groups', models.ManyToManyField(blank=True, help_text='The groups this user belongs to. A user will get all permissions granted to each of their groups.', related_name='user_set', related_query_name='user', to='auth.group', verbose_name='groups')),
                ('user_permissions', models.ManyToManyField(blank=True, help_text='Specific permissions for this user.', related_name='user_set', related_query_name='user', to='auth.permission', verbose_name='user permissions')),
            ],
            options={
                'verbose_name': 'person',
                'verbose_name_plural': 'people',
                'ordering': ['display_name', 'email'],
            },
        ),
        migrations.CreateModel(
            name='Invitation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=lms.kit.ids.uuid7, editable=False, unique=True)),
                ('token_digest', models.CharField(editable=False, max_length=64, unique=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='sent on')),
                ('expires_at', models.DateTimeField(verbose_name='valid until')),
                ('accepted_at', models.DateTimeField(blank=True, null=True, verbose_name='accepted on')),
                ('revoked_at', models.DateTimeField(blank=True, null=True, verbose_name='revoked on')),
                ('created_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='sent by')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='invitations', to=settings.AUTH_USER_MODEL, verbose_name='person')),
            ],
            options={
                'verbose_name': 'invitation',
                'verbose_name_plural': 'invitations',
                'ordering': ['-created_at'],
            },
        ),
        migrations.AddConstraint(
            model_name='user',
            constraint=models.CheckConstraint(condition=models.Q(('email', django.db.models.functions.text.Lower('email'))), name='accounts_user_email_lower'),
        ),
        migrations.AddConstraint(
            model_name='invitation',
            constraint=models.UniqueConstraint(condition=models.Q(('accepted_at', None), ('revoked_at', None)), fields=('user',), name='accounts_invitation_one_unanswered'),
        ),
    ])
