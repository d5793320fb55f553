"""The component library: every component in its states, drawn by the very fragments the pages use."""

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.http import require_safe

from lms.portal.forms import CallbackForm

ICONS = "chat check chev clock cloudoff done down external eye file flag half home info key leaf link list lock mail"
COLOURS = "bg surface sunken ink ink-2 brand brand-soft accent accent-soft sun info info-soft ok ok-soft warn warn-soft"


@require_safe
def styleguide(request: HttpRequest) -> HttpResponse:
    """Honours `?lang=fr|en` and `?theme=light|dark` here only, for reviews and for the automatic checks."""
    language = request.GET.get("lang", "")
    if language not in dict(settings.LANGUAGES):
        language = translation.get_language() or settings.LANGUAGE_CODE
    theme = request.GET.get("theme", "")
    refused = CallbackForm({"name": "Amina Benali", "phone": "zéro six"})
    refused.is_valid()
    with translation.override(language):
        return render(
            request,
            "portal/styleguide.html",
            {
                "theme": theme if theme in ("light", "dark") else "",
                "icons": ICONS.split(),
                "colours": COLOURS.split(),
                "form": CallbackForm(initial={"name": "Amina Benali"}),
                "refused": refused,
                "page_obj": Paginator(range(57), 20).page(2),
            },
        )
