"""What each level of trust allows, who is on duty, and the rules and messages a community starts with."""

from typing import Any

from django.db import migrations

# Levels, then: messages read, days present, thanks received; links, files, people named, messages and new
# conversations a day. None: no limit.
TRUST = [
    (0, 0, 0, 0, 2, 2, 2, 12, 3),
    (1, 20, 2, 0, 8, 6, 8, 60, 20),
    (2, 200, 15, 5, None, 12, 15, None, None),
    (3, 800, 50, 25, None, None, None, None, None),
]

SPAM = [
    ("links", "", 25),
    ("same_text", "", 60),
    ("fast", "", 40),
    ("capitals", "", 30),
    ("word", "casino", 60),
    ("word", "bitcoin", 40),
    ("word", "whatsapp +", 40),
    ("word", "crédit rapide", 60),
    ("word", "gagnez de l’argent", 60),
    ("word", "viagra", 100),
]

# (language, reason, name, rule, text); `{name}`, `{rule}` and `{title}` are filled in.
MESSAGES = [
    (
        "fr",
        "rude",
        "Un mot qui blesse",
        "On critique une idée, jamais une personne.",
        (
            "Bonjour {name},\n\n"
            "Dans « {title} », votre message s’adresse à une personne plus qu’à ce qu’elle a dit. "
            "La règle de l’espace est : {rule}\n\n"
            "Votre avis compte. Dites-le autrement, et il sera lu."
        ),
    ),
    (
        "fr",
        "spam",
        "Une publicité",
        "On ne vient pas ici pour vendre.",
        (
            "Bonjour {name},\n\n"
            "Dans « {title} », votre message ressemble à une publicité. La règle de l’espace est : {rule}\n\n"
            "Si vous vouliez partager un outil utile, racontez ce que vous en faites : cela nous intéresse."
        ),
    ),
    (
        "fr",
        "private",
        "Des données personnelles",
        "On ne publie ni adresse, ni téléphone, ni dossier de quelqu’un.",
        (
            "Bonjour {name},\n\n"
            "Dans « {title} », votre message montre des données personnelles. La règle de l’espace est : {rule}\n\n"
            "Vous pouvez raconter la même situation sans qu’on puisse reconnaître la personne."
        ),
    ),
    (
        "fr",
        "off_topic",
        "Au mauvais endroit",
        "Chaque fil suit sa question.",
        (
            "Bonjour {name},\n\n"
            "Dans « {title} », votre message parle d’autre chose. La règle de l’espace est : {rule}\n\n"
            "Il a sa place ailleurs : ouvrez un nouveau fil, on vous y répondra."
        ),
    ),
    (
        "fr",
        "wrong",
        "Un conseil à vérifier",
        "Un conseil qui engage quelqu’un se vérifie.",
        (
            "Bonjour {name},\n\n"
            "Dans « {title} », votre message donne un conseil qui peut mettre quelqu’un en difficulté. "
            "La règle de l’espace est : {rule}\n\n"
            "Merci d’avoir voulu aider. Avec une source, votre réponse sera la bienvenue."
        ),
    ),
    (
        "fr",
        "",
        "Une règle rappelée",
        "On écrit comme on se parlerait dans une salle de cours.",
        "Bonjour {name},\n\nVotre message dans « {title} » ne respecte pas une règle de l’espace : {rule}",
    ),
    (
        "en",
        "rude",
        "A word that hurts",
        "We criticise an idea, never a person.",
        (
            "Hello {name},\n\n"
            "In “{title}”, your message is about a person more than about what was said. The rule here is: {rule}\n\n"
            "Your opinion counts. Say it another way, and it will be read."
        ),
    ),
    (
        "en",
        "spam",
        "An advertisement",
        "Nobody comes here to sell.",
        (
            "Hello {name},\n\n"
            "In “{title}”, your message looks like an advertisement. The rule here is: {rule}\n\n"
            "If you wanted to share a useful tool, tell us what you do with it: we would like to know."
        ),
    ),
    (
        "en",
        "private",
        "Personal data",
        "We publish nobody’s address, phone or file.",
        (
            "Hello {name},\n\n"
            "In “{title}”, your message shows personal data. The rule here is: {rule}\n\n"
            "You can tell the same story so that nobody is recognised."
        ),
    ),
    (
        "en",
        "off_topic",
        "In the wrong place",
        "Each thread follows its question.",
        (
            "Hello {name},\n\n"
            "In “{title}”, your message is about something else. The rule here is: {rule}\n\n"
            "It has its place elsewhere: start a new thread, and you will be answered there."
        ),
    ),
    (
        "en",
        "wrong",
        "Advice to be checked",
        "Advice that somebody acts on is checked first.",
        (
            "Hello {name},\n\n"
            "In “{title}”, your message gives advice that may put somebody in difficulty. The rule here is: {rule}\n\n"
            "Thank you for wanting to help. With a source, your answer will be welcome."
        ),
    ),
    (
        "en",
        "",
        "A reminder of a rule",
        "We write as we would speak in a classroom.",
        "Hello {name},\n\nYour message in “{title}” does not keep to a rule of this space: {rule}",
    ),
]


def provide(apps: Any, editor: Any) -> None:
    trust, spam = apps.get_model("community", "TrustRule"), apps.get_model("community", "SpamRule")
    message = apps.get_model("community", "ModerationTemplate")
    names = (
        "trust", "posts_read", "days_visited", "thanks_received", "links", "files", "mentions", "posts_a_day",
        "conversations_a_day",
    )  # fmt: skip
    trust.objects.bulk_create(trust(**dict(zip(names, row, strict=True))) for row in TRUST)
    spam.objects.bulk_create(spam(signal=signal, word=word, points=points) for signal, word, points in SPAM)
    message.objects.bulk_create(
        message(language=language, reason=reason, name=name, rule=rule, text=text, order=10 * order)
        for order, (language, reason, name, rule, text) in enumerate(MESSAGES, start=1)
    )


def take_back(apps: Any, editor: Any) -> None:
    for name in ("TrustRule", "SpamRule", "ModerationTemplate"):
        apps.get_model("community", name).objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("community", "0003_journal")]

    operations = [migrations.RunPython(provide, take_back)]
