#!/usr/bin/env bash
# Collects the texts of the house into lms/locale/*/LC_MESSAGES/django.po; needs the gettext tools.
set -euo pipefail
cd "$(dirname "$0")/.."
for language in fr en; do mkdir -p "lms/locale/$language/LC_MESSAGES"; done
.venv/bin/python manage.py makemessages --locale fr --locale en --all --no-location --no-wrap \
  --ignore node_modules --ignore .venv --ignore var --ignore tests >/dev/null
