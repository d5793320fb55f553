"""What hangs on posts, for templates."""

from django import template

from community.formats.uploads import ACCEPTED
from community.models import Post, PostFile
from community.queries import extras

register = template.Library()


@register.filter
def file_url(file: PostFile) -> str:
    """Where a file is read."""
    return extras.file_url(file)


@register.filter
def files_beside(found: extras.PostExtras, post: Post) -> list[PostFile]:
    """The files of a post that its own text does not show already."""
    return [file for file in found.files if str(file.public_id) not in post.html]


@register.simple_tag
def upload_kinds() -> str:
    """The endings of the files that are taken, for `accept`."""
    return ACCEPTED
