"""A post as HTML that is the same for everybody: what sockets carry, and what pages add a person's own marks to."""

from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone, translation

from community.models import Post
from community.queries.extras import PostExtras, extras_of
from community.queries.thread import shown_post

TEMPLATE = "community/thread/partials/post.html"


def post_htmls(post: Post) -> dict[str, str]:
    """The post in each language of the academy; what hangs on it is read once."""
    extras = extras_of([post.pk]).of(post.pk)
    return {code: post_html(post, code, extras) for code, _name in settings.LANGUAGES}


def post_html(post: Post, language: str, extras: PostExtras | None = None, *, user: Any = None) -> str:
    """The post in the page's own fragment, in `language` and the academy's time zone. Nothing in it is one person's:
    actions that some may do are there, hidden, marked `data-for`; the page shows its reader hers. `user`: what others
    do not read is there, if she does."""
    with translation.override(language), timezone.override(timezone.get_default_timezone()):
        return render_to_string(TEMPLATE, {"one": shown_post(post, extras, user=user)})
