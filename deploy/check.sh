#!/usr/bin/env bash
# Everything that can be checked without running the product; stops at the first thing to mend.
set -euo pipefail
cd "$(dirname "$0")/.."
bin=.venv/bin
mkdir -p var
step() { printf '== %s\n' "$1"; }

step "ruff";            $bin/ruff check .
step "format";          $bin/ruff format --check --quiet .
step "layers";          $bin/lint-imports
step "types";           $bin/mypy lms media courses coaching community seminars
step "templates";       $bin/djlint --lint --quiet lms courses media coaching community seminars
step "spelling";        $bin/codespell lms courses media coaching community seminars docs README.md CHANGELOG.md
step "dependencies";    $bin/deptry .
step "settings";        $bin/python manage.py check --fail-level WARNING
step "deployment";      DEBUG=false SECRET_KEY="$($bin/python -c 'import secrets; print(secrets.token_urlsafe(50))')" \
                        SITE_URL=https://academie.example ALLOWED_HOSTS=academie.example \
                        $bin/python manage.py check --deploy --fail-level WARNING
step "migrations";      $bin/python manage.py makemigrations --check --dry-run
step "translations";    $bin/python -m lms.kit.translations --fresh
step "hosts in locks";  ! grep -rnE 'https?://' requirements/*.txt package-lock.json --include='*.txt' || { echo "A lock names a host."; exit 1; }
echo "All clean."
