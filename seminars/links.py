"""The ways to a session: its pages, and a guest's own link, signed, that leads to them."""

from django.core import signing
from django.urls import reverse

from lms.accounts.models import User
from seminars.enums import Audience
from seminars.models import LiveSession

PLACES = ("session", "replay", "survey", "device-test")
"""Where a guest's link may lead."""
_LINK_SALT = "seminars.guest"


def signed_guest(*, session: LiveSession, email: str, name: str) -> str:
    """What a guest's link carries: the session, her address and her name, signed: the same whenever it is made."""
    value = {"session": str(session.public_id), "email": email.strip().lower(), "name": name}
    return signing.Signer(salt=_LINK_SALT).sign_object(value, compress=True)


def guest_behind(signed: str) -> dict[str, str] | None:
    """The session, the address and the name a link was made for; None when it was tampered with."""
    try:
        value: dict[str, str] = signing.Signer(salt=_LINK_SALT).unsign_object(signed)
    except (signing.BadSignature, ValueError):
        return None
    return value


def link_for(person: User, session: LiveSession, to: str = "session") -> str:
    """The way to a page of a session (one of `PLACES`); a guest's own link to it, since she has no other way in."""
    if person.has_arrived or session.audience != Audience.PUBLIC:
        return address_of_place(to, session)
    signed = signed_guest(session=session, email=person.email, name=person.display_name)
    return reverse("seminars:guest-link", args=[signed]) + ("" if to == "session" else f"?to={to}")


def address_of_place(to: str, session: LiveSession) -> str:
    """One of `PLACES`; the session's own page for any other word."""
    if to == "device-test":
        return reverse("portal:device-test")
    return reverse(f"seminars:{to if to in PLACES else 'session'}", args=[session.public_id])
