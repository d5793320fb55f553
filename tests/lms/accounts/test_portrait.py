"""The photograph of somebody of the team: made anew, shown to those who are signed in, gone when it is removed."""

import io
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from PIL import Image

from lms.accounts.models import User
from lms.accounts.services import portrait_path
from tests.factories import EnrolmentFactory, UserFactory
from tests.world import client_for

PAGE = "/accounts/portrait/"


@pytest.fixture(autouse=True)
def own_media(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def clara(db: None) -> User:
    user: User = UserFactory(display_name="Clara Nguyen", staff_since=timezone.now())
    return user


def photograph(form: str = "JPEG", size: tuple[int, int] = (40, 60)) -> SimpleUploadedFile:
    """With a word of where it was taken beside its pixels."""
    picture, written = Image.new("RGB", size, "teal"), io.BytesIO()
    exif = Image.Exif()
    exif[270] = "CANARY place"
    picture.save(written, form, exif=exif)
    return SimpleUploadedFile(f"moi.{form.lower()}", written.getvalue())


def test_learners_see_the_photograph_of_their_coach(clara: User, django_capture_on_commit_callbacks: Any) -> None:
    learner = client_for(EnrolmentFactory(coach=clara).learner)
    assert 'aria-hidden="true">CN</span>' in learner.get("/learn/").content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        sent = client_for(clara).post(PAGE, {"file": photograph()}, follow=True)
    clara.refresh_from_db()
    address = f"/accounts/portraits/{clara.portrait}.webp"
    assert address in sent.content.decode()
    assert f'src="{address}" alt=""' in learner.get("/learn/").content.decode()
    shown = learner.get(address)
    content = b"".join(shown.streaming_content)  # type: ignore[attr-defined]
    assert Image.open(io.BytesIO(content)).size == (256, 256)
    assert b"CANARY" not in content
    assert (shown["Content-Type"], shown["Cache-Control"]) == ("image/webp", "private, max-age=31536000, immutable")
    assert Client().get(address).status_code == 302

    path = portrait_path(clara.portrait)
    with django_capture_on_commit_callbacks(execute=True):
        client_for(clara).post(PAGE, {"remove": "1"})
    assert learner.get(address).status_code == 404
    assert not default_storage.exists(path)


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"file": SimpleUploadedFile("moi.jpg", b"<svg onload=alert(1)>")},
        {"file": SimpleUploadedFile("moi.jpg", b"GIF89a" + b"\0" * 40)},
    ],
)
def test_what_is_no_photograph_is_refused_with_a_sentence(clara: User, sent: dict[str, Any]) -> None:
    refused = client_for(clara).post(PAGE, sent)
    assert refused.status_code == 422
    assert refused.context["form"].errors["file"]
    clara.refresh_from_db()
    assert clara.portrait == ""


def test_a_torn_one_too_and_one_with_too_many_pixels(clara: User, monkeypatch: pytest.MonkeyPatch) -> None:
    torn = SimpleUploadedFile("moi.png", photograph("PNG", (400, 400)).read()[:300])
    assert client_for(clara).post(PAGE, {"file": torn}).status_code == 422
    monkeypatch.setattr("lms.kit.pictures.MOST_PIXELS", 100)
    assert client_for(clara).post(PAGE, {"file": photograph()}).status_code == 422


def test_a_learner_has_none_and_that_of_a_suspended_person_is_not_shown(clara: User) -> None:
    learner = client_for(EnrolmentFactory().learner)
    assert learner.get(PAGE).status_code == 404
    User.objects.filter(pk=clara.pk).update(portrait="a" * 32, is_active=False)
    assert learner.get(f"/accounts/portraits/{'a' * 32}.webp").status_code == 404
