"""The contact rules and the messages an academy starts with, in French and in English."""

from typing import Any

from django.db import migrations

# (signal, from how many, weight): days, hours or times.
RULES = [
    ("silent_days", 7, 30),
    ("missed", 2, 25),
    ("no_human_contact", 14, 20),
    ("stuck", 3, 15),
    ("behind_plan", 14, 10),
]

MESSAGES = [
    (
        "fr",
        "silent_days",
        "Prendre des nouvelles",
        "Bonjour {first_name},\n\n"
        "Je n’ai pas vu d’activité de votre part ces derniers jours. Est-ce que tout va bien ?\n\n"
        "Si quelque chose vous gêne, dites-le-moi en une phrase : on trouvera ensemble. "
        "Si vous manquez de temps, une leçon courte suffit pour reprendre.\n\n"
        "{coach}",
    ),
    (
        "fr",
        "behind_plan",
        "Reprendre le rythme",
        "Bonjour {first_name},\n\n"
        "Vous avez pris un peu de retard sur le calendrier. Ce n’est pas grave, et cela se rattrape.\n\n"
        "Je vous propose de choisir ensemble deux moments fixes dans votre semaine. "
        "Réservez un rendez-vous quand vous voulez, ou répondez-moi ici.\n\n"
        "{coach}",
    ),
    (
        "fr",
        "missed",
        "Après un rendez-vous manqué",
        "Bonjour {first_name},\n\n"
        "Nous nous sommes manqués à notre rendez-vous. J’espère qu’il n’y a rien de grave.\n\n"
        "Vous pouvez en reprendre un en trois gestes dans « Rendez-vous ». "
        "Si l’heure ou la visio vous pose problème, on peut se parler par téléphone.\n\n"
        "{coach}",
    ),
    (
        "fr",
        "no_human_contact",
        "Se parler",
        "Bonjour {first_name},\n\n"
        "Cela fait un moment que nous ne nous sommes pas parlé. "
        "J’aimerais savoir où vous en êtes, et ce dont vous avez besoin.\n\n"
        "Un quart d’heure suffit. Quel moment vous arrange ?\n\n"
        "{coach}",
    ),
    (
        "fr",
        "stuck",
        "Débloquer un quiz",
        "Bonjour {first_name},\n\n"
        "J’ai vu que vous avez essayé plusieurs fois le même quiz. Persévérer, c’est déjà beaucoup.\n\n"
        "Regardons-le ensemble : dites-moi quelle question vous arrête, "
        "ou réservez un rendez-vous et nous le ferons à deux.\n\n"
        "{coach}",
    ),
    (
        "fr",
        "",
        "Féliciter",
        "Bonjour {first_name},\n\n"
        "J’ai vu votre travail de cette semaine : vous avez tenu ce que vous vous étiez fixé. Bravo.\n\n"
        "Continuez ainsi, et dites-moi si vous voulez aller plus loin sur un point.\n\n"
        "{coach}",
    ),
    (
        "en",
        "silent_days",
        "Ask how things are",
        "Hello {first_name},\n\n"
        "I have not seen any activity from you in the last few days. Is everything all right?\n\n"
        "If something is in your way, tell me in one sentence: we will find a way together. "
        "If you are short of time, one short lesson is enough to start again.\n\n"
        "{coach}",
    ),
    (
        "en",
        "behind_plan",
        "Find the rhythm again",
        "Hello {first_name},\n\n"
        "You are a little behind the calendar. It is nothing serious, and it can be made up.\n\n"
        "I suggest that we choose two fixed moments in your week together. "
        "Book an appointment whenever you like, or answer me here.\n\n"
        "{coach}",
    ),
    (
        "en",
        "missed",
        "After a missed appointment",
        "Hello {first_name},\n\n"
        "We missed each other at our appointment. I hope that nothing serious happened.\n\n"
        "You can book another one in three taps under “Appointments”. "
        "If the time or the video is a problem, we can talk by phone.\n\n"
        "{coach}",
    ),
    (
        "en",
        "no_human_contact",
        "Have a talk",
        "Hello {first_name},\n\n"
        "It has been a while since we last talked. "
        "I would like to know where you are, and what you need.\n\n"
        "A quarter of an hour is enough. Which moment suits you?\n\n"
        "{coach}",
    ),
    (
        "en",
        "stuck",
        "Get past a quiz",
        "Hello {first_name},\n\n"
        "I saw that you tried the same quiz several times. Keeping at it is already a lot.\n\n"
        "Let us look at it together: tell me which question stops you, "
        "or book an appointment and we will do it side by side.\n\n"
        "{coach}",
    ),
    (
        "en",
        "",
        "Congratulate",
        "Hello {first_name},\n\n"
        "I saw your work of this week: you kept to what you had set yourself. Well done.\n\n"
        "Carry on like this, and tell me if you want to go further on something.\n\n"
        "{coach}",
    ),
]


def provide(apps: Any, editor: Any) -> None:
    rule, message = apps.get_model("coaching", "ContactRule"), apps.get_model("coaching", "MessageTemplate")
    rule.objects.bulk_create(
        rule(signal=signal, threshold=threshold, weight=weight) for signal, threshold, weight in RULES
    )
    message.objects.bulk_create(
        message(language=language, signal=signal, title=title, text=text) for language, signal, title, text in MESSAGES
    )


def take_back(apps: Any, editor: Any) -> None:
    apps.get_model("coaching", "ContactRule").objects.all().delete()
    apps.get_model("coaching", "MessageTemplate").objects.filter(partner=None).delete()


class Migration(migrations.Migration):
    dependencies = [("coaching", "0003_append_only")]

    operations = [migrations.RunPython(provide, take_back)]
