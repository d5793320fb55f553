"""The editors' pages that every member may need."""

from community.models import GuidePage
from lms.kit.prepared import Prepared

_guidelines = Prepared(lambda: GuidePage.objects.live().filter(is_guidelines=True).order_by("pk")[:1])


def guidelines() -> GuidePage | None:
    """The community's guidelines, once an editor has published them; 1 query."""
    return _guidelines.first()
