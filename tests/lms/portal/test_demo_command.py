"""`manage.py demo` says clearly what keeps it from starting."""

import shutil
from collections import namedtuple

import pytest
from django.core.management import CommandError, call_command

Usage = namedtuple("Usage", "total used free")


def test_a_full_disk_is_said_before_anything_is_written(monkeypatch, settings, tmp_path):
    settings.VAR_DIR = tmp_path / "var"
    monkeypatch.setattr(shutil, "disk_usage", lambda path: Usage(10**9, 10**9 - 5_000_000, 5_000_000))
    with pytest.raises(CommandError, match="5 Mo"):
        call_command("demo", "--data-only")
    assert list(settings.VAR_DIR.iterdir()) == []


def test_a_folder_that_cannot_be_written_is_said(settings, tmp_path):
    (tmp_path / "file").touch()
    settings.VAR_DIR = tmp_path / "file" / "var"
    with pytest.raises(CommandError, match="Impossible"):
        call_command("demo", "--data-only")
