"""Asking to be called back: five an hour, and nothing sent when the transaction does not hold."""

from typing import Any

import pytest
from django.core import mail
from django.db import transaction

from lms.portal.services.callbacks import TooManyCallbacks, ask_callback
from tests.factories import TrainingProviderFactory

pytestmark = pytest.mark.django_db

WORDS = {"name": "Amina", "phone": "0612345678", "moment": "any", "question": "", "page": "", "email": ""}


def test_five_an_hour_for_one_caller(django_capture_on_commit_callbacks: Any) -> None:
    TrainingProviderFactory()
    with django_capture_on_commit_callbacks(execute=True):
        for _ in range(5):
            ask_callback(caller="address-1", **WORDS)
        with pytest.raises(TooManyCallbacks) as refusal:
            ask_callback(caller="address-1", **WORDS)
        ask_callback(caller="address-2", **WORDS)

    assert refusal.value.code == "too-many-callbacks"
    assert len(mail.outbox) == 6


def test_a_rollback_sends_nothing(django_capture_on_commit_callbacks: Any) -> None:
    TrainingProviderFactory()
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        ask_callback(caller="address-1", **WORDS)
        transaction.set_rollback(True)

    assert not mail.outbox
