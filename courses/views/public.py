"""Pages anybody may read: the academy's front door, and what a course is."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from courses.models import AcademyHomePage, CoursePage, ModulePage
from lms.kit import htmx


def academy_home(request: HttpRequest, *, page: AcademyHomePage, preview: bool = False) -> HttpResponse:
    """The front door; a signed-in person goes straight to her own home."""
    if request.user.is_authenticated and not preview:
        return redirect("portal:home")
    courses = CoursePage.objects.live().child_of(page).order_by("path")
    return htmx.render(request, "courses/academy_home.html", {"page": page, "courses": courses})


def course(request: HttpRequest, *, page: CoursePage, preview: bool = False) -> HttpResponse:
    """What a course prepares for and holds; its lessons themselves are for learners."""
    modules = ModulePage.objects.live().child_of(page).order_by("path")
    competencies = page.block.competencies.order_by("number") if page.block else []
    context = {"page": page, "modules": modules, "competencies": competencies}
    return htmx.render(request, "courses/course.html", context)
