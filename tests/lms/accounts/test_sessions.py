"""A session is read as Django reads it: by nobody once it is over."""

from datetime import timedelta

import pytest
from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.utils import timezone

from lms.accounts.sessions import SessionStore

pytestmark = pytest.mark.django_db


@pytest.fixture
def key() -> str:
    written = db.SessionStore()
    written["word"] = "girafe"
    written.create()
    assert written.session_key
    return written.session_key


def test_what_django_wrote_is_read_with_one_query(key, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert SessionStore(key)["word"] == "girafe"


def test_what_is_over_or_gone_or_forged_is_empty(key):
    Session.objects.filter(pk=key).update(expire_date=timezone.now() - timedelta(seconds=1))
    for which in (key, "nobody-has-this-key", None):
        store = SessionStore(which)
        assert store.get("word") is None
        assert store.session_key is None
    Session.objects.filter(pk=key).update(expire_date=timezone.now() + timedelta(days=1), session_data="forged")
    assert SessionStore(key).get("word") is None
