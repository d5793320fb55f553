"""A sealed secret opens with our keys, for its purpose, and for nobody else."""

import pytest
from pytest_django import Settings

from lms.kit.sealed import SealBroken, seal, unseal


def test_a_secret_comes_back() -> None:
    sealed = seal("sésame", purpose="calendar")
    assert "sésame" not in sealed
    assert unseal(sealed, purpose="calendar") == "sésame"
    assert seal("sésame", purpose="calendar") != sealed


def test_a_key_is_for_one_purpose() -> None:
    with pytest.raises(SealBroken):
        unseal(seal("sésame", purpose="calendar"), purpose="other")


def test_a_rotated_key_opens_as_long_as_it_is_a_fallback(settings: Settings) -> None:
    sealed = seal("sésame", purpose="calendar")
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another"
    assert unseal(sealed, purpose="calendar") == "sésame"
    settings.SECRET_KEY_FALLBACKS = []
    with pytest.raises(SealBroken):
        unseal(sealed, purpose="calendar")
