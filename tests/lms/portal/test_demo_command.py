"""`manage.py demo` says clearly what keeps it from starting."""

import shutil
from collections import namedtuple

import pytest
from django.core.management import CommandError, call_command

from lms.notifications import webpush
from lms.portal.management.commands.demo import Command, push_key

Usage = namedtuple("Usage", "total used free")


@pytest.fixture(autouse=True)
def no_address_is_given(monkeypatch, settings):
    """Whatever the command writes in the environment and the settings is gone after the test."""
    settings.SITE_URL = settings.SITE_URL
    monkeypatch.setenv("SITE_URL", "")
    monkeypatch.delenv("SITE_URL")


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


def test_papers_lead_to_the_port_it_was_started_on(monkeypatch, settings):
    seen = []
    monkeypatch.setattr(Command, "prepare", lambda command: seen.append(settings.SITE_URL))
    call_command("demo", "--data-only", "--port", "8123")
    assert seen == ["http://localhost:8123"]


def test_an_address_that_was_given_is_kept(monkeypatch, settings):
    seen = []
    monkeypatch.setenv("SITE_URL", "https://demo.example/")
    monkeypatch.setattr(Command, "prepare", lambda command: seen.append(settings.SITE_URL))
    call_command("demo", "--data-only", "--port", "8123")
    assert seen == ["https://demo.example"]


def test_the_demo_keeps_one_key_for_its_news(settings, tmp_path):
    settings.VAPID_PRIVATE_KEY = push_key(tmp_path)

    assert push_key(tmp_path) == settings.VAPID_PRIVATE_KEY
    assert len(webpush.public_key()) == 87
