import courses.validators
import django.core.validators
import django.db.models.deletion
import django.utils.timezone
import lms.kit.ids
import modelcluster.fields
import modelsearch.index
import wagtail.fields
import wagtail.models.preview
from django.conf import settings
from django.db import migrations, models
from lms.kit.tables import at_once


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('programmes', '0001_initial'),
        ('wagtailcore', '0098_apitoken'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = at_once([
        migrations.CreateModel(
            name='AcademyHomePage',
            fields=[
                ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to=settings.WAGTAIL_PAGE_MODEL)),
                ('lead', models.TextField(blank=True, verbose_name='in one sentence')),
                ('body', wagtail.fields.RichTextField(blank=True, verbose_name='text')),
            ],
            options={
                'verbose_name': 'academy home',
            },
            bases=('wagtailcore.page', models.Model),
        ),
        migrations.CreateModel(
            name='ModulePage',
            fields=[
                ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to=settings.WAGTAIL_PAGE_MODEL)),
                ('public_id', models.UUIDField(default=lms.kit.ids.uuid7, editable=False, unique=True)),
                ('source_key', models.CharField(blank=True, db_index=True, editable=False, max_length=255)),
                ('source_digest', models.CharField(blank=True, editable=False, max_length=64)),
                ('summary', models.TextField(blank=True, verbose_name='summary')),
                ('objectives', models.TextField(blank=True, help_text='One a line, starting with a verb.', verbose_name='objectives')),
            ],
            options={
                'verbose_name': 'module',
                'verbose_name_plural': 'modules',
            },
            bases=('wagtailcore.page', models.Model),
        ),
        migrations.CreateModel(
            name='CoursePage',
            fields=[
                ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to=settings.WAGTAIL_PAGE_MODEL)),
                ('public_id', models.UUIDField(default=lms.kit.ids.uuid7, editable=False, unique=True)),
                ('source_key', models.CharField(blank=True, db_index=True, editable=False, max_length=255)),
                ('source_digest', models.CharField(blank=True, editable=False, max_length=64)),
                ('language', models.CharField(choices=[('fr', 'French'), ('en', 'English')], default='fr', help_text='The one it is written in, its modules and lessons too: screen readers then pronounce it well.', max_length=10, verbose_name='language')),
                ('summary', models.TextField(blank=True, verbose_name='summary')),
                ('audience', models.TextField(blank=True, verbose_name='for whom')),
                ('introduction', wagtail.fields.RichTextField(blank=True, verbose_name='introduction')),
                ('order', models.CharField(choices=[('free', 'Free: every lesson is open'), ('sequential', 'In order: a lesson opens when the one before is finished')], default='free', max_length=12, verbose_name='order of lessons')),
                ('credits', models.TextField(blank=True, verbose_name='authors and licence')),
                ('block', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='courses', to='programmes.competencyblock', verbose_name='competency block (CCP)')),
            ],
            options={
                'verbose_name': 'course',
                'verbose_name_plural': 'courses',
            },
            bases=('wagtailcore.page', models.Model),
        ),
        migrations.CreateModel(
            name='CourseImport',
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
                ('actor', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('course', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, to='courses.coursepage', verbose_name='into the course')),
            ],
            options={
                'verbose_name': 'course import',
                'verbose_name_plural': 'course imports',
                'ordering': ['-created_at'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='GlossaryTerm',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=lms.kit.ids.uuid7, editable=False, unique=True)),
                ('live', models.BooleanField(default=True, editable=False, verbose_name='live')),
                ('has_unpublished_changes', models.BooleanField(default=False, editable=False, verbose_name='has unpublished changes')),
                ('first_published_at', models.DateTimeField(blank=True, db_index=True, null=True, verbose_name='first published at')),
                ('last_published_at', models.DateTimeField(editable=False, null=True, verbose_name='last published at')),
                ('go_live_at', models.DateTimeField(blank=True, null=True, verbose_name='go live date/time')),
                ('expire_at', models.DateTimeField(blank=True, null=True, verbose_name='expiry date/time')),
                ('expired', models.BooleanField(default=False, editable=False, verbose_name='expired')),
                ('term', models.CharField(max_length=120, unique=True, verbose_name='term')),
                ('definition', wagtail.fields.RichTextField(verbose_name='definition')),
                ('latest_revision', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='wagtailcore.revision', verbose_name='latest revision')),
                ('live_revision', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='wagtailcore.revision', verbose_name='live revision')),
            ],
            options={
                'verbose_name': 'glossary term',
                'verbose_name_plural': 'glossary terms',
                'ordering': ['term'],
            },
            bases=(modelsearch.index.Indexed, models.Model),
        ),
        migrations.CreateModel(
            name='LessonPage',
            fields=[
                ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to=settings.WAGTAIL_PAGE_MODEL)),
                ('public_id', models.UUIDField(default=lms.kit.ids.uuid7, editable=False, unique=True)),
                ('source_key', models.CharField(blank=True, db_index=True, editable=False, max_length=255)),
                ('source_digest', models.CharField(blank=True, editable=False, max_length=64)),
                ('section', models.CharField(blank=True, help_text='Groups lessons under one heading in the outline.', max_length=200, verbose_name='section')),
                ('summary', models.TextField(blank=True, verbose_name='summary')),
                ('planned_minutes', models.PositiveSmallIntegerField(default=15, help_text='Average time, reading and questions together (Code du travail, art. D6313-3-1).', validators=[django.core.validators.MinValueValidator(1)], verbose_name='planned minutes')),
                ('finish', models.CharField(choices=[('read', 'The learner says “I have finished”'), ('quiz', 'The questions of the lesson are passed')], default='read', max_length=8, verbose_name='what counts as finished')),
                ('objectives', models.TextField(blank=True, help_text='One a line, starting with a verb.', verbose_name='objectives')),
                ('prerequisites', models.TextField(blank=True, verbose_name='before starting')),
                ('body', wagtail.fields.StreamField([('text', 0), ('image', 4), ('audio', 7), ('video', 9), ('callout', 13), ('quote', 16), ('steps', 22), ('table', 27), ('code', 30), ('download', 33), ('term', 35), ('embed', 39), ('reflection', 42), ('quiz', 48)], blank=True, block_lookup={0: ('courses.blocks.TextBlock', (), {}), 1: ('wagtail.images.blocks.ImageChooserBlock', (), {'label': 'Image'}), 2: ('wagtail.blocks.CharBlock', (), {'help_text': 'Read aloud to people who do not see it. Leave empty only if it is decorative.', 'label': 'What the image shows', 'max_length': 250, 'required': False}), 3: ('wagtail.blocks.CharBlock', (), {'label': 'Caption', 'max_length': 250, 'required': False}), 4: ('wagtail.blocks.StructBlock', [[('image', 1), ('alt', 2), ('caption', 3)]], {}), 5: ('wagtailmedia.blocks.AudioChooserBlock', (), {'label': 'Recording'}), 6: ('wagtail.blocks.CharBlock', (), {'label': 'Title', 'max_length': 150}), 7: ('wagtail.blocks.StructBlock', [[('recording', 5), ('title', 6)]], {}), 8: ('wagtailmedia.blocks.VideoChooserBlock', (), {'label': 'Video'}), 9: ('wagtail.blocks.StructBlock', [[('recording', 8), ('title', 6)]], {}), 10: ('wagtail.blocks.ChoiceBlock', [], {'choices': [('info', 'Good to know'), ('ok', 'Keep in mind'), ('warn', 'Take care')], 'label': 'Kind'}), 11: ('wagtail.blocks.CharBlock', (), {'label': 'Title', 'max_length': 120}), 12: ('wagtail.blocks.RichTextBlock', (), {'features': ['bold', 'italic', 'ol', 'ul', 'link', 'code', 'superscript', 'subscript'], 'label': 'Text'}), 13: ('wagtail.blocks.StructBlock', [[('tone', 10), ('title', 11), ('text', 12)]], {}), 14: ('wagtail.blocks.TextBlock', (), {'label': 'Words'}), 15: ('wagtail.blocks.CharBlock', (), {'label': 'Who said it', 'max_length': 150, 'required': False}), 16: ('wagtail.blocks.StructBlock', [[('text', 14), ('author', 15)]], {}), 17: ('wagtail.blocks.CharBlock', (), {'label': 'Title', 'max_length': 150, 'required': False}), 18: ('wagtail.blocks.CharBlock', (), {'label': 'What to do', 'max_length': 150}), 19: ('wagtail.blocks.RichTextBlock', (), {'features': ['bold', 'italic', 'ol', 'ul', 'link', 'code', 'superscript', 'subscript'], 'label': 'How', 'required': False}), 20: ('wagtail.blocks.StructBlock', [[('title', 18), ('text', 19)]], {}), 21: ('wagtail.blocks.ListBlock', (20,), {'label': 'Steps', 'min_num': 1}), 22: ('wagtail.blocks.StructBlock', [[('title', 17), ('steps', 21)]], {}), 23: ('wagtail.blocks.CharBlock', (), {'help_text': 'What the table tells, in one line.', 'label': 'Caption', 'max_length': 200}), 24: ('wagtail.blocks.CharBlock', (), {'label': 'Cell', 'max_length': 500, 'required': False}), 25: ('wagtail.blocks.ListBlock', (24,), {'label': 'Row'}), 26: ('wagtail.blocks.ListBlock', (25,), {'help_text': 'The first row holds the column headings, the first column the row headings.', 'label': 'Rows', 'min_num': 1}), 27: ('wagtail.blocks.StructBlock', [[('caption', 23), ('rows', 26)]], {}), 28: ('wagtail.blocks.CharBlock', (), {'label': 'Language', 'max_length': 30, 'required': False}), 29: ('wagtail.blocks.TextBlock', (), {'label': 'Code'}), 30: ('wagtail.blocks.StructBlock', [[('language', 28), ('code', 29)]], {}), 31: ('wagtail.documents.blocks.DocumentChooserBlock', (), {'label': 'Document'}), 32: ('wagtail.blocks.CharBlock', (), {'label': 'What it is', 'max_length': 150}), 33: ('wagtail.blocks.StructBlock', [[('document', 31), ('label', 32)]], {}), 34: ('wagtail.snippets.blocks.SnippetChooserBlock', ('courses.GlossaryTerm',), {'label': 'Term'}), 35: ('wagtail.blocks.StructBlock', [[('term', 34)]], {}), 36: ('wagtail.blocks.URLBlock', (), {'help_text': 'Vimeo, YouTube or PeerTube. Nothing is loaded from there before the learner asks.', 'label': 'Address of the video', 'validators': [courses.validators.validate_embed_url]}), 37: ('wagtail.blocks.CharBlock', (), {'label': 'Title', 'max_length': 200}), 38: ('wagtail.blocks.IntegerBlock', (), {'label': 'Length in minutes', 'max_value': 600, 'min_value': 0, 'required': False}), 39: ('wagtail.blocks.StructBlock', [[('url', 36), ('title', 37), ('minutes', 38)]], {}), 40: ('wagtail.blocks.CharBlock', (), {'label': 'Question to oneself', 'max_length': 250}), 41: ('wagtail.blocks.CharBlock', (), {'label': 'Hint', 'max_length': 250, 'required': False}), 42: ('wagtail.blocks.StructBlock', [[('question', 40), ('help_text', 41)]], {}), 43: ('wagtail.snippets.blocks.SnippetChooserBlock', ('courses.Question',), {}), 44: ('wagtail.blocks.ListBlock', (43,), {'label': 'Questions', 'min_num': 1}), 45: ('wagtail.blocks.IntegerBlock', (), {'default': 60, 'help_text': '0: answering is enough.', 'label': 'Passed from (%)', 'max_value': 100, 'min_value': 0}), 46: ('wagtail.blocks.IntegerBlock', (), {'default': 0, 'help_text': '0: as many as wished.', 'label': 'Attempts', 'max_value': 20, 'min_value': 0}), 47: ('wagtail.blocks.BooleanBlock', (), {'label': 'Shuffle the questions', 'required': False}), 48: ('wagtail.blocks.StructBlock', [[('title', 6), ('questions', 44), ('pass_percent', 45), ('max_attempts', 46), ('shuffle', 47)]], {})}, verbose_name='content')),
                ('competencies', modelcluster.fields.ParentalManyToManyField(blank=True, related_name='lessons', to='programmes.competency', verbose_name='competencies covered')),
            ],
            options={
                'verbose_name': 'lesson',
                'verbose_name_plural': 'lessons',
            },
            bases=('wagtailcore.page', models.Model),
        ),
        migrations.CreateModel(
            name='Question',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=lms.kit.ids.uuid7, editable=False, unique=True)),
                ('live', models.BooleanField(default=True, editable=False, verbose_name='live')),
                ('has_unpublished_changes', models.BooleanField(default=False, editable=False, verbose_name='has unpublished changes')),
                ('first_published_at', models.DateTimeField(blank=True, db_index=True, null=True, verbose_name='first published at')),
                ('last_published_at', models.DateTimeField(editable=False, null=True, verbose_name='last published at')),
                ('go_live_at', models.DateTimeField(blank=True, null=True, verbose_name='go live date/time')),
                ('expire_at', models.DateTimeField(blank=True, null=True, verbose_name='expiry date/time')),
                ('expired', models.BooleanField(default=False, editable=False, verbose_name='expired')),
                ('locked', models.BooleanField(default=False, editable=False, verbose_name='locked')),
                ('locked_at', models.DateTimeField(editable=False, null=True, verbose_name='locked at')),
                ('kind', models.CharField(choices=[('single', 'Single choice'), ('multiple', 'Multiple choice'), ('true_false', 'True or false'), ('short', 'Short answer'), ('numeric', 'Number'), ('match', 'Matching'), ('essay', 'Open answer, with a model answer')], default='single', max_length=12, verbose_name='kind')),
                ('name', models.CharField(help_text='For editors; learners do not see it.', max_length=200, verbose_name='name')),
                ('category', models.CharField(blank=True, help_text='A path, for example “Module 1/Internet”.', max_length=250, verbose_name='category')),
                ('stem', wagtail.fields.RichTextField(verbose_name='question')),
                ('general_feedback', wagtail.fields.RichTextField(blank=True, help_text='Shown after the answer, right or wrong. For an open question, the model answer.', verbose_name='explanation')),
                ('place', models.CharField(blank=True, help_text='Where to read again after a wrong answer. Left open: what stands before the questions.', max_length=120, verbose_name='passage that explains it')),
                ('shuffle', models.BooleanField(default=True, verbose_name='shuffle the answers')),
                ('source_key', models.CharField(blank=True, db_index=True, editable=False, max_length=255)),
                ('source_digest', models.CharField(blank=True, editable=False, max_length=64)),
                ('latest_revision', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='wagtailcore.revision', verbose_name='latest revision')),
                ('live_revision', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='wagtailcore.revision', verbose_name='live revision')),
                ('locked_by', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='locked_%(class)ss', to=settings.AUTH_USER_MODEL, verbose_name='locked by')),
            ],
            options={
                'verbose_name': 'question',
                'verbose_name_plural': 'questions',
                'ordering': ['category', 'name'],
            },
            bases=(wagtail.models.preview.PreviewableMixin, modelsearch.index.Indexed, models.Model),
        ),
        migrations.CreateModel(
            name='QuizAttempt',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=lms.kit.ids.uuid7, editable=False, unique=True)),
                ('quiz_id', models.UUIDField(help_text='Id of the quiz block in the lesson.')),
                ('number', models.PositiveSmallIntegerField()),
                ('question_ids', models.JSONField(help_text='Ids of the questions, in the order asked.')),
                ('pass_percent', models.PositiveSmallIntegerField()),
                ('seed', models.PositiveIntegerField(help_text='Shuffles the answers the same way on every screen.')),
                ('started_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('finished_at', models.DateTimeField(blank=True, null=True)),
                ('score_percent', models.DecimalField(blank=True, decimal_places=2, max_digits=5, null=True)),
                ('passed', models.BooleanField(default=False)),
                ('enrolment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='quiz_attempts', to='programmes.enrolment')),
                ('lesson', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='quiz_attempts', to='courses.lessonpage')),
            ],
            options={
                'ordering': ['number'],
            },
        ),
        migrations.CreateModel(
            name='QuizAnswer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('response', models.JSONField(help_text='Shape by kind: see courses.grading.')),
                ('fraction', models.DecimalField(blank=True, decimal_places=5, help_text='0 to 1; null until graded, or ungraded kind.', max_digits=6, null=True)),
                ('saved_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('final_at', models.DateTimeField(blank=True, null=True)),
                ('question', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='given_answers', to='courses.question')),
                ('attempt', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='answers', to='courses.quizattempt')),
            ],
        ),
        migrations.CreateModel(
            name='Reflection',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('block_id', models.UUIDField()),
                ('text', models.TextField(blank=True)),
                ('updated_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('learner', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='reflections', to=settings.AUTH_USER_MODEL)),
                ('lesson', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reflections', to='courses.lessonpage')),
            ],
        ),
        migrations.CreateModel(
            name='TrackModule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('required', models.BooleanField(default=True, verbose_name='required')),
                ('minutes', models.PositiveIntegerField(help_text='In this track, all activities together.', verbose_name='planned minutes')),
                ('opens_after_days', models.PositiveSmallIntegerField(default=0, help_text='Counted from the first day of the cohort.', verbose_name='opens after (days)')),
                ('order', models.PositiveSmallIntegerField(default=1, verbose_name='order')),
                ('module', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='tracks', to='courses.modulepage', verbose_name='module')),
                ('track', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='modules', to='programmes.track', verbose_name='track')),
            ],
            options={
                'verbose_name': 'module of a track',
                'verbose_name_plural': 'modules of tracks',
                'ordering': ['track', 'order'],
            },
        ),
        migrations.CreateModel(
            name='LessonProgress',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('started', 'In progress'), ('done', 'Finished')], default='started', max_length=8)),
                ('position', models.CharField(blank=True, help_text='Id of the last block read.', max_length=60)),
                ('started_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('opened_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('completed_at', models.DateTimeField(blank=True, null=True)),
                ('enrolment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lesson_progress', to='programmes.enrolment')),
                ('lesson', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='progress', to='courses.lessonpage')),
            ],
            options={
                'indexes': [models.Index(fields=['enrolment', '-opened_at'], name='courses_lessonprogress_recent')],
                'constraints': [models.UniqueConstraint(fields=('enrolment', 'lesson'), name='courses_lessonprogress_unique'), models.CheckConstraint(condition=models.Q(models.Q(('completed_at__isnull', True), ('state', 'started')), models.Q(('completed_at__isnull', False), ('state', 'done')), _connector='OR'), name='courses_lessonprogress_done_has_date')],
            },
        ),
        migrations.CreateModel(
            name='QuestionAnswer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sort_order', models.IntegerField(blank=True, editable=False, null=True)),
                ('text', wagtail.fields.RichTextField(blank=True, verbose_name='answer')),
                ('fraction', models.DecimalField(decimal_places=5, default=0, help_text='100 for a right answer, 0 for a wrong one, less for a part of it.', max_digits=8, validators=[django.core.validators.MinValueValidator(-100), django.core.validators.MaxValueValidator(100)], verbose_name='worth (%)')),
                ('feedback', wagtail.fields.RichTextField(blank=True, verbose_name='said after this answer')),
                ('match', models.CharField(blank=True, help_text='Matching questions only.', max_length=255, verbose_name='goes with')),
                ('minimum', models.DecimalField(blank=True, decimal_places=6, max_digits=20, null=True, verbose_name='from')),
                ('maximum', models.DecimalField(blank=True, decimal_places=6, max_digits=20, null=True, verbose_name='to')),
                ('question', modelcluster.fields.ParentalKey(on_delete=django.db.models.deletion.CASCADE, related_name='answers', to='courses.question')),
            ],
            options={
                'verbose_name': 'answer',
                'ordering': ['sort_order'],
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(('fraction__gte', -100), ('fraction__lte', 100)), name='courses_questionanswer_fraction'), models.CheckConstraint(condition=models.Q(('minimum__isnull', True), ('maximum__isnull', True), ('maximum__gte', models.F('minimum')), _connector='OR'), name='courses_questionanswer_range_ordered')],
            },
        ),
        migrations.AddConstraint(
            model_name='quizattempt',
            constraint=models.UniqueConstraint(fields=('enrolment', 'quiz_id', 'number'), name='courses_quizattempt_unique'),
        ),
        migrations.AddConstraint(
            model_name='quizattempt',
            constraint=models.UniqueConstraint(condition=models.Q(('finished_at__isnull', True)), fields=('enrolment', 'quiz_id'), name='courses_quizattempt_one_open'),
        ),
        migrations.AddConstraint(
            model_name='quizanswer',
            constraint=models.UniqueConstraint(fields=('attempt', 'question'), name='courses_quizanswer_unique'),
        ),
        migrations.AddConstraint(
            model_name='quizanswer',
            constraint=models.CheckConstraint(condition=models.Q(('fraction__isnull', True), models.Q(('fraction__gte', 0), ('fraction__lte', 1)), _connector='OR'), name='courses_quizanswer_fraction'),
        ),
        migrations.AddConstraint(
            model_name='reflection',
            constraint=models.UniqueConstraint(fields=('learner', 'block_id'), name='courses_reflection_unique'),
        ),
        migrations.AddConstraint(
            model_name='trackmodule',
            constraint=models.UniqueConstraint(fields=('track', 'module'), name='courses_trackmodule_unique'),
        ),
    ])
