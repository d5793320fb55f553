"""Replays, results, the survey."""

from django.urls import URLPattern, path

from seminars.views import replay, results, survey

urlpatterns: list[URLPattern] = [
    path("seminars/<uuid:public_id>/replay/", replay.replay, name="replay"),
    path("seminars/<uuid:public_id>/replay/again/", replay.replay_again, name="replay-again"),
    path(
        "seminars/<uuid:public_id>/replay/<uuid:recording>/captions.vtt", replay.replay_captions, name="replay-captions"
    ),
    path(
        "seminars/<uuid:public_id>/replay/<uuid:recording>/captions/",
        results.captions_give,
        name="replay-captions-give",
    ),
    path(
        "seminars/<uuid:public_id>/replay/<uuid:recording>/captions/remove/",
        results.captions_remove,
        name="replay-captions-remove",
    ),
    path("seminars/<uuid:public_id>/replay/<uuid:recording>/watched/", replay.replay_watched, name="replay-watched"),
    path("seminars/<uuid:public_id>/replay/<uuid:recording>/lesson/", replay.replay_lesson, name="replay-lesson"),
    path("seminars/<uuid:public_id>/replay/<uuid:recording>/<str:name>", replay.replay_file, name="replay-file"),
    path("seminars/<uuid:public_id>/results/", results.results, name="results"),
    path("seminars/<uuid:public_id>/results/<slug:table>.<slug:form>", results.results_export, name="results-export"),
    path("seminars/<uuid:public_id>/survey/", survey.survey, name="survey"),
]
