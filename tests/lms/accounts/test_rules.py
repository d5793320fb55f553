"""Who may sign in, and when staff must have a second factor."""

from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from lms.accounts.models import User
from lms.accounts.rules import can_sign_in, grace_days_left, must_add_second_factor
from tests.factories import UserFactory

NOW = timezone.now()


@pytest.mark.parametrize(
    ("fields", "expected"),
    [({}, True), ({"is_active": False}, False), ({"password": None}, False)],
)
def test_can_sign_in(db: None, fields: dict[str, Any], expected: bool) -> None:
    assert can_sign_in(UserFactory(**fields)) is expected


@pytest.mark.parametrize(
    ("staff_days", "superuser", "factor", "must", "days_left", "queries"),
    [
        (None, False, "", False, None, 0),  # a learner: no query at all
        (None, False, "totp", False, None, 0),
        (0, False, "", False, 14, 1),
        (0.5, False, "", False, 14, 1),
        (13.5, False, "", False, 1, 1),
        (14, False, "", True, 0, 1),
        (400, False, "", True, 0, 1),
        (400, False, "totp", False, None, 1),
        (None, True, "", True, 0, 1),  # an administrator of the command line, there for a month
        (None, True, "totp", False, None, 1),
    ],
)
def test_the_second_factor_of_staff(
    settings: Settings,
    django_assert_num_queries: DjangoAssertNumQueries,
    db: None,
    staff_days: float | None,
    superuser: bool,
    factor: str,
    must: bool,
    days_left: int | None,
    queries: int,
) -> None:
    settings.STAFF_MFA_GRACE_DAYS = 14
    user: User = UserFactory(
        staff_since=None if staff_days is None else NOW - timedelta(days=staff_days),
        date_joined=NOW - timedelta(days=30),
        is_superuser=superuser,
    )
    if factor:
        TOTP.activate(user, generate_totp_secret())

    with django_assert_num_queries(queries):
        assert must_add_second_factor(user, NOW) is must
        assert grace_days_left(user, NOW) == days_left


def test_recovery_codes_alone_are_no_second_factor(db: None) -> None:
    user: User = UserFactory(staff_since=NOW - timedelta(days=400))
    RecoveryCodes.activate(user)

    assert must_add_second_factor(user, NOW)
