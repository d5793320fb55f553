"""Addresses of courses: the learner's path, lessons, quizzes."""

from django.urls import path

from .views import attestations, lessons, outline, quizzes

app_name = "courses"

urlpatterns = [
    path("learn/", outline.my_path, name="path"),
    path("modules/<uuid:public_id>/", outline.module, name="module"),
    path("modules/<uuid:public_id>/offline/", outline.module_offline, name="module-offline"),
    path("lessons/<uuid:public_id>/", lessons.lesson, name="lesson"),
    path("lessons/<uuid:public_id>/touch/", lessons.touch, name="lesson-touch"),
    path("lessons/<uuid:public_id>/complete/", lessons.complete, name="lesson-complete"),
    path("lessons/<uuid:public_id>/notes/<uuid:block_id>/", lessons.note, name="lesson-note"),
    path("lessons/<uuid:public_id>/quizzes/<uuid:quiz_id>/", quizzes.start, name="quiz-start"),
    path("attempts/<uuid:public_id>/<int:rank>/", quizzes.question, name="quiz-question"),
    path("attempts/<uuid:public_id>/", quizzes.result, name="quiz-result"),
    path("hours/<uuid:public_id>/attest/", attestations.attest_hours, name="attest-hours"),
    path("attestations/<uuid:public_id>/revoke/", attestations.revoke, name="attestation-revoke"),
]
