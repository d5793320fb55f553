"""What a field of a course refuses, in words."""

from urllib.parse import parse_qs, urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _


def player_address(url: str) -> str | None:
    """The address of the player for a hosted video, or None when the site is not one we frame.

    Known: Vimeo, YouTube (through its cookie-less domain), and the PeerTube sites that the operator names. Anything
    else is offered as a plain link.
    """
    parts = urlsplit(url)
    host = (parts.hostname or "").removeprefix("www.")
    path = [piece for piece in parts.path.split("/") if piece]
    if parts.scheme not in ("http", "https"):
        return None
    if host in ("vimeo.com", "player.vimeo.com"):
        number = next((piece for piece in path if piece.isdecimal()), None)
        return f"https://player.vimeo.com/video/{number}?dnt=1" if number else None
    if host in ("youtube.com", "m.youtube.com", "youtube-nocookie.com", "youtu.be"):
        if host == "youtu.be":
            video = path[0] if path else ""
        elif path[:1] in (["embed"], ["shorts"], ["v"]):
            video = path[1] if len(path) > 1 else ""
        else:
            video = parse_qs(parts.query).get("v", [""])[0]
        if video and all(letter.isalnum() or letter in "-_" for letter in video):
            return f"https://www.youtube-nocookie.com/embed/{video}"
    if parts.netloc in settings.PEERTUBE_HOSTS:
        # /w/<id>, /videos/watch/<id>, /videos/embed/<id>; a channel or a playlist is no video.
        known = (path[:1] == ["w"] and len(path) == 2) or path[:2] in (["videos", "watch"], ["videos", "embed"])
        if known and path[-1].replace("-", "").isalnum():
            return f"https://{parts.netloc}/videos/embed/{path[-1]}"
    return None


def validate_embed_url(url: str) -> None:
    if urlsplit(url).scheme not in ("http", "https"):
        raise ValidationError(_("Give the address of the video's page, starting with https://."), code="embed_scheme")
