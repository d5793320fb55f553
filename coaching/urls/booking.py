"""Booking, moving, cancelling: the learner's side, and what is done on her behalf."""

from django.urls import URLPattern, path

from coaching.views import appointment, booking, mail_links, on_behalf, personal, series

urlpatterns: list[URLPattern] = [
    path("appointments/", booking.appointments, name="appointments"),
    path("appointments/hold/", booking.hold, name="hold-slot"),
    path("appointments/hold/<uuid:public_id>/", booking.held, name="hold"),
    path("appointments/hold/<uuid:public_id>/release/", booking.release, name="hold-release"),
    path("appointments/book/", booking.book, name="book"),
    path("appointments/series/", series.series, name="series"),
    path("appointments/wait/", personal.wait, name="wait"),
    path("appointments/wait/<uuid:public_id>/stop/", personal.stop_waiting, name="wait-stop"),
    path("appointments/reminders/", personal.reminder_choices, name="reminders"),
    path("appointments/calendar/", personal.calendar, name="calendar"),
    path("appointments/calendar/close/", personal.close_calendar, name="calendar-close"),
    path("appointments/<uuid:public_id>/", appointment.appointment, name="appointment"),
    path("appointments/<uuid:public_id>/invitation.ics", appointment.invitation, name="invitation"),
    path("appointments/<uuid:public_id>/move/", appointment.move, name="move"),
    path("appointments/<uuid:public_id>/cancel/", appointment.cancel, name="cancel"),
    path("appointments/<uuid:public_id>/book-again/", appointment.book_again, name="book-again"),
    path("appointments/<uuid:public_id>/sooner/", appointment.sooner, name="sooner"),
    path("appointments/<uuid:public_id>/accept/", appointment.accept, name="accept"),
    path("appointments/<uuid:public_id>/decline/", appointment.decline, name="decline"),
    path("appointments/<uuid:public_id>/reassign/", appointment.reassign, name="reassign"),
    path("desk/learners/<uuid:public_id>/book/", on_behalf.book_for, name="book-for"),
    path("a/<str:signed>/", mail_links.appointment, name="mail-link"),
    path("a/<str:signed>/move/", mail_links.move, name="mail-link-move"),
    path("a/<str:signed>/cancel/", mail_links.cancel, name="mail-link-cancel"),
    path("a/<str:signed>/invitation.ics", mail_links.invitation, name="mail-link-invitation"),
    path("calendar/<str:token>.ics", personal.feed, name="feed"),
]
