"""A coach's availability."""

from django.urls import URLPattern, path

from coaching.views import busy_calendars, diary, diary_dates

urlpatterns: list[URLPattern] = [
    path("desk/diary/", diary.overview, name="diary"),
    path("desk/diary/begin/", diary.begin, name="diary-begin"),
    path("desk/diary/week/", diary.week, name="diary-week"),
    path("desk/diary/week/copy/", diary.copy_day, name="diary-copy"),
    path("desk/diary/rules/", diary.booking_rules, name="diary-rules"),
    path("desk/diary/days/", diary_dates.exceptions, name="diary-days"),
    path("desk/diary/days/<uuid:public_id>/remove/", diary_dates.remove_exception, name="diary-day-remove"),
    path("desk/diary/absences/", diary_dates.absences, name="diary-absences"),
    path("desk/diary/absences/<uuid:public_id>/", diary_dates.absence, name="diary-absence"),
    path("desk/diary/absences/<uuid:public_id>/cancel/", diary_dates.cancel_affected, name="diary-absence-cancel"),
    path("desk/diary/absences/<uuid:public_id>/remove/", diary_dates.remove_absence, name="diary-absence-remove"),
    path("desk/diary/once/", diary_dates.one_offs, name="diary-once"),
    path("desk/diary/once/<uuid:public_id>/remove/", diary_dates.remove_one_off, name="diary-once-remove"),
    path("desk/diary/calendars/", busy_calendars.calendars, name="diary-calendars"),
    path("desk/diary/calendars/<uuid:public_id>/read/", busy_calendars.read, name="diary-calendar-read"),
    path("desk/diary/calendars/<uuid:public_id>/remove/", busy_calendars.remove, name="diary-calendar-remove"),
]
