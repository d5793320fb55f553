"""Attendance and its signatures."""

from django.urls import URLPattern, path

from seminars.views import attendance

urlpatterns: list[URLPattern] = [
    path("seminars/attendance/", attendance.attendances, name="attendances"),
    path("seminars/<uuid:public_id>/attendance/", attendance.attendance, name="attendance"),
    path("seminars/<uuid:public_id>/attendance/mine/", attendance.mine, name="my-attendance"),
    path("seminars/<uuid:public_id>/attendance/sign/", attendance.sign, name="sign"),
    path("seminars/<uuid:public_id>/attendance/sheet.pdf", attendance.sheet, name="attendance-sheet"),
    path("seminars/<uuid:public_id>/attendance.csv", attendance.export_csv, name="attendance-csv"),
    path("seminars/<uuid:public_id>/attendance.xlsx", attendance.export_xlsx, name="attendance-xlsx"),
    path("seminars/attendance/<uuid:public_id>/correct/", attendance.correct, name="attendance-correct"),
]
