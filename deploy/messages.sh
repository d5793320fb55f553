#!/usr/bin/env bash
# Collects the texts of the house into lms/locale/*/LC_MESSAGES/django.po and says which are left to translate;
# needs the gettext tools.
set -euo pipefail
cd "$(dirname "$0")/.."
.venv/bin/python -m lms.kit.translations --collect
