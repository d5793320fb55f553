"""The demo academy in one command: database, content, people, web server and worker."""

import os
import shutil
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import OperationalError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import translation

from lms.kit.catalogues import compile_catalogues
from lms.kit.management.commands.serve import check_port_is_free
from lms.notifications.webpush import new_private_key

# The database, the images and the search index of the demo, with room to breathe.
NEEDED_BYTES = 200 * 1024 * 1024

WELCOME = """
L’Académie est ouverte : http://localhost:{port}/

  Mot de passe pour tout le monde : demo

  lina@example.org    apprend, au milieu de son parcours
  otto@example.org    apprend, dans la promotion de l’autre partenaire
  clara@example.org   coache la promotion de Lina
  ed@example.org      écrit les cours
  pia@example.org     gère les promotions d’un partenaire
  mona@example.org    modère la communauté
  flo@example.org     contrôle les heures pour le financeur
  admin@example.org   administre tout

Ctrl-C arrête tout. Les données restent dans {var} ; make demo les retrouve.
"""


def push_key(var: Path) -> str:
    """The key by which this demo sends news to closed screens: made at the first start, then always the same."""
    file = var / "vapid.key"
    if not file.exists():
        file.write_text(new_private_key(), encoding="ascii")
    return file.read_text(encoding="ascii")


class Command(BaseCommand):
    help = "Prepare the demo academy and serve it."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--data-only", action="store_true", help="Prepare everything, serve nothing.")

    def handle(self, *args: Any, port: int, data_only: bool, **options: Any) -> None:
        if not data_only:
            check_port_is_free("127.0.0.1", port)
        # Settings were read before the port was known; attestations and mails must lead to this very address.
        settings.SITE_URL = os.environ.setdefault("SITE_URL", f"http://localhost:{port}").rstrip("/")
        try:
            self.prepare()
        except OperationalError as error:
            raise CommandError(f"La base de données ne répond pas : {error}") from error
        except OSError as error:
            raise CommandError(f"Impossible d’écrire dans {settings.VAR_DIR} : {error.strerror}.") from error
        if data_only:
            return
        os.environ.setdefault("VAPID_PRIVATE_KEY", push_key(settings.VAR_DIR))
        call_command("serve", port=port, words=WELCOME.format(port=port, var=settings.VAR_DIR))

    def prepare(self) -> None:
        """Everything but the server; what is already there stays as it is."""
        settings.VAR_DIR.mkdir(parents=True, exist_ok=True)
        free = shutil.disk_usage(settings.VAR_DIR).free
        if free < NEEDED_BYTES:
            raise CommandError(
                f"Il reste {free // 1_000_000} Mo sur le disque de {settings.VAR_DIR} ; la démonstration en demande "
                f"{NEEDED_BYTES // 1_000_000}. Libérez de la place, ou choisissez un autre dossier avec VAR_DIR."
            )
        compile_catalogues()
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            self.stdout.write("Préparation de la base de données…")
            call_command("migrate", verbosity=0, skip_checks=True)
        with translation.override("fr"):
            call_command("load_demo", if_empty=True, verbosity=1)
