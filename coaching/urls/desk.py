"""The coach's desk, reports and follow-up."""

from django.urls import URLPattern, path

from coaching.views import desk, follow_up, people, reports

urlpatterns: list[URLPattern] = [
    path("desk/", desk.desk, name="desk"),
    path("desk/why/", desk.why, name="why"),
    path("desk/load/", desk.load, name="load"),
    path("desk/export.csv", desk.export_csv, name="export-csv"),
    path("desk/export.xlsx", desk.export_xlsx, name="export-xlsx"),
    path("desk/people/", desk.people, name="people"),
    path("desk/people/<uuid:public_id>/", people.person, name="person"),
    path("desk/people/<uuid:public_id>/note/", people.note, name="person-note"),
    path("desk/people/<uuid:public_id>/task/", people.task, name="person-task"),
    path("desk/people/<uuid:public_id>/contact/", people.contact, name="person-contact"),
    path("desk/people/<uuid:public_id>/message/", people.message, name="message"),
    path("desk/reports/<uuid:public_id>/", reports.report, name="report"),
    path("appointments/reports/<uuid:public_id>/", reports.shown, name="report-shown"),
    path("appointments/reports/<uuid:public_id>/sign/", reports.sign, name="report-sign"),
    path("appointments/goal/", follow_up.goal, name="goal"),
    path("appointments/tasks/<uuid:public_id>/", follow_up.task, name="task"),
]
