"""The blocks a lesson is made of; each tells the editor what it is for and shows itself before it is chosen."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageChooserBlock
from wagtail.snippets.blocks import SnippetChooserBlock
from wagtailmedia.blocks import AudioChooserBlock, VideoChooserBlock

from .validators import validate_embed_url

# What the rich text editor offers in prose; tables, images and code have blocks of their own.
PROSE = ["h2", "h3", "bold", "italic", "ol", "ul", "link", "document-link", "code", "superscript", "subscript", "hr"]
SHORT_PROSE = ["bold", "italic", "ol", "ul", "link", "code", "superscript", "subscript"]


class TextBlock(blocks.RichTextBlock):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(features=PROSE, **kwargs)

    class Meta:
        icon = "pilcrow"
        label = _("Text")
        group = _("Read")
        template = "courses/blocks/text.html"
        description = _("Paragraphs, headings, lists. One idea a paragraph; a heading every three or four.")
        preview_value = "<h2>Laisser la souris</h2><p>Gardez les mains loin du clavier. <b>Montrez du doigt</b>.</p>"


class ImageBlock(blocks.StructBlock):
    image = ImageChooserBlock(label=_("Image"))
    alt = blocks.CharBlock(
        label=_("What the image shows"),
        required=False,
        max_length=250,
        help_text=_("Read aloud to people who do not see it. Leave empty only if it is decorative."),
    )
    caption = blocks.CharBlock(label=_("Caption"), required=False, max_length=250)

    class Meta:
        icon = "image"
        label = _("Image")
        group = _("Read")
        template = "courses/blocks/image.html"
        description = _("A picture with its text alternative and, if useful, a caption.")
        preview_template = "courses/blocks/previews/image.html"
        preview_value = {
            "image": None,
            "alt": "Une main tient un téléphone, une autre montre l’écran du doigt.",
            "caption": "Montrer du doigt, sans toucher.",
        }


class AudioBlock(blocks.StructBlock):
    recording = AudioChooserBlock(label=_("Recording"))
    title = blocks.CharBlock(label=_("Title"), max_length=150)

    class Meta:
        icon = "media"
        label = _("Audio")
        group = _("Read")
        template = "courses/blocks/audio.html"
        description = _("A recording from the library with its transcript. It never starts by itself.")
        preview_template = "courses/blocks/previews/audio.html"
        preview_value = {"recording": None, "title": "Mot d’accueil, 48 s"}


class VideoBlock(blocks.StructBlock):
    recording = VideoChooserBlock(label=_("Video"))
    title = blocks.CharBlock(label=_("Title"), max_length=150)

    class Meta:
        icon = "media"
        label = _("Video")
        group = _("Read")
        template = "courses/blocks/video.html"
        description = _("A video from the library with its captions and transcript. Nothing is loaded before the tap.")
        preview_template = "courses/blocks/previews/video.html"
        preview_value = {"recording": None, "title": "Replay : animer un groupe, 42 min"}


class CalloutBlock(blocks.StructBlock):
    tone = blocks.ChoiceBlock(
        label=_("Kind"),
        choices=[("info", _("Good to know")), ("ok", _("Keep in mind")), ("warn", _("Take care"))],
        default="info",
    )
    title = blocks.CharBlock(label=_("Title"), max_length=120)
    text = blocks.RichTextBlock(label=_("Text"), features=SHORT_PROSE)

    class Meta:
        icon = "warning"
        label = _("Callout")
        group = _("Read")
        template = "courses/blocks/callout.html"
        description = _("One thing not to miss. More than two in a lesson and none is seen.")
        preview_value = {
            "tone": "warn",
            "title": "Ne notez jamais un mot de passe pour quelqu’un",
            "text": "<p>Même à sa demande. Proposez le carnet de la personne, écrit de sa main.</p>",
        }


class QuoteBlock(blocks.StructBlock):
    text = blocks.TextBlock(label=_("Words"))
    author = blocks.CharBlock(label=_("Who said it"), required=False, max_length=150)

    class Meta:
        icon = "openquote"
        label = _("Quotation")
        group = _("Read")
        template = "courses/blocks/quote.html"
        description = _("Somebody's words, with who said them.")
        preview_value = {"text": "J’ai peur de faire une bêtise.", "author": "Josiane, à la médiathèque"}


class StepBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=_("What to do"), max_length=150)
    text = blocks.RichTextBlock(label=_("How"), features=SHORT_PROSE, required=False)


class StepsBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=_("Title"), required=False, max_length=150)
    steps = blocks.ListBlock(StepBlock(), label=_("Steps"), min_num=1)

    class Meta:
        icon = "list-ol"
        label = _("Steps")
        group = _("Read")
        template = "courses/blocks/steps.html"
        description = _("Things to do in order, numbered.")
        preview_value = {
            "title": "Accueillir en trois temps",
            "steps": [{"title": "Saluer", "text": "<p>Par son nom.</p>"}, {"title": "Écouter", "text": ""}],
        }


class TableBlock(blocks.StructBlock):
    caption = blocks.CharBlock(label=_("Caption"), max_length=200, help_text=_("What the table tells, in one line."))
    rows = blocks.ListBlock(
        blocks.ListBlock(blocks.CharBlock(label=_("Cell"), required=False, max_length=500), label=_("Row")),
        label=_("Rows"),
        min_num=1,
        help_text=_("The first row holds the column headings, the first column the row headings."),
    )

    class Meta:
        icon = "table"
        label = _("Table")
        group = _("Read")
        template = "courses/blocks/table.html"
        description = _("Facts to compare. On a phone each row becomes a card.")
        preview_value = {"caption": "Qui fait quoi", "rows": [["Geste", "Qui"], ["Cliquer", "La personne"]]}


class CodeBlock(blocks.StructBlock):
    language = blocks.CharBlock(label=_("Language"), required=False, max_length=30)
    code = blocks.TextBlock(label=_("Code"))

    class Meta:
        icon = "code"
        label = _("Code")
        group = _("Read")
        template = "courses/blocks/code.html"
        description = _("Text to read exactly as it is typed.")
        preview_value = {"language": "html", "code": "<p>Bonjour</p>"}


class DownloadBlock(blocks.StructBlock):
    document = DocumentChooserBlock(label=_("Document"))
    label = blocks.CharBlock(label=_("What it is"), max_length=150)

    class Meta:
        icon = "download"
        label = _("Download")
        group = _("Read")
        template = "courses/blocks/download.html"
        description = _("A file to keep, with its size said before the tap.")
        preview_template = "courses/blocks/previews/download.html"
        preview_value = {"document": None, "label": "Fiche : préparer un atelier"}


class TermBlock(blocks.StructBlock):
    term = SnippetChooserBlock("courses.GlossaryTerm", label=_("Term"))

    def get_preview_value(self) -> blocks.StructValue:
        word = self.child_blocks["term"].model_class(
            term="Illectronisme",
            definition="<p>La difficulté à se servir des appareils et des services numériques.</p>",
        )
        return self.normalize({"term": word})

    class Meta:
        icon = "openquote"
        label = _("Glossary term")
        group = _("Read")
        template = "courses/blocks/term.html"
        description = _("A word of the trade and its definition, written once for all courses.")


class EmbedBlock(blocks.StructBlock):
    url = blocks.URLBlock(
        label=_("Address of the video"),
        validators=[validate_embed_url],
        help_text=_("Vimeo, YouTube or PeerTube. Nothing is loaded from there before the learner asks."),
    )
    title = blocks.CharBlock(label=_("Title"), max_length=200)
    minutes = blocks.IntegerBlock(label=_("Length in minutes"), required=False, min_value=0, max_value=600)

    class Meta:
        icon = "media"
        label = _("Hosted video")
        group = _("Read")
        template = "courses/blocks/embed.html"
        description = _("A video on another site, loaded only when the learner asks. Say in the text all that matters.")
        preview_value = {"url": "https://vimeo.com/122104210", "title": "Informatique et numérique", "minutes": 4}


class ReflectionBlock(blocks.StructBlock):
    question = blocks.CharBlock(label=_("Question to oneself"), max_length=250)
    help_text = blocks.CharBlock(label=_("Hint"), required=False, max_length=250)

    class Meta:
        icon = "edit"
        label = _("Reflection")
        group = _("Do")
        template = "courses/blocks/reflection.html"
        description = _("A private note: nobody but the learner ever reads what they write.")
        preview_value = {"question": "À qui pensez-vous en lisant cela ?", "help_text": "Deux phrases suffisent."}


class QuizBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=_("Title"), max_length=150)
    questions = blocks.ListBlock(SnippetChooserBlock("courses.Question"), label=_("Questions"), min_num=1)
    pass_percent = blocks.IntegerBlock(
        label=_("Passed from (%)"), default=60, min_value=0, max_value=100, help_text=_("0: answering is enough.")
    )
    max_attempts = blocks.IntegerBlock(
        label=_("Attempts"), default=0, min_value=0, max_value=20, help_text=_("0: as many as wished.")
    )
    shuffle = blocks.BooleanBlock(label=_("Shuffle the questions"), required=False)

    class Meta:
        icon = "help"
        label = _("Quiz")
        group = _("Do")
        template = "courses/blocks/quiz.html"
        description = _("Questions of the bank, one a screen, corrected by the server with kind explanations.")
        preview_template = "courses/blocks/previews/quiz.html"
        preview_value = {
            "title": "Ce que vous avez retenu",
            "questions": [],
            "pass_percent": 60,
            "max_attempts": 0,
            "shuffle": False,
        }


class LessonBody(blocks.StreamBlock):
    """Everything a lesson may hold. Names are stored in every lesson: never rename one."""

    text = TextBlock()
    image = ImageBlock()
    audio = AudioBlock()
    video = VideoBlock()
    callout = CalloutBlock()
    quote = QuoteBlock()
    steps = StepsBlock()
    table = TableBlock()
    code = CodeBlock()
    download = DownloadBlock()
    term = TermBlock()
    embed = EmbedBlock()
    reflection = ReflectionBlock()
    quiz = QuizBlock()
