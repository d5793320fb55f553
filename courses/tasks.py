"""Work of the courses app that the worker does: reading the files editors send."""

from django.tasks import task
from django.utils import timezone

from .models import CourseImport
from .services import imports


@task
def check_import(pk: int) -> None:
    """Check a file that was just sent."""
    imports.check(record=CourseImport.objects.get(pk=pk), now=timezone.now())


@task
def write_import(pk: int) -> None:
    """Write a file that was checked."""
    imports.write(record=CourseImport.objects.get(pk=pk), now=timezone.now())
