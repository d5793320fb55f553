"""The moderator's pages, flags, appeals."""

from django.urls import URLPattern, path

from community.views import alerts, appeals, flags, moderated_people, moderation, upkeep

urlpatterns: list[URLPattern] = [
    path("community/posts/<uuid:public_id>/flag/", flags.flag_post, name="flag-post"),
    path("community/private-messages/<uuid:public_id>/flag/", flags.flag_message, name="flag-message"),
    path("community/offers/<uuid:public_id>/flag/", flags.flag_offer, name="flag-offer"),
    path("community/decisions/<uuid:public_id>/", appeals.decision, name="decision"),
    path("community/decisions/<uuid:public_id>/undo/", appeals.undo_decision, name="decision-undo"),
    path("community/moderation/", moderation.queue, name="queue"),
    path("community/moderation/reports/<uuid:public_id>/", moderation.flagged, name="flagged"),
    path("community/moderation/reports/<uuid:public_id>/decide/", moderation.decide, name="decide"),
    path("community/moderation/people/<uuid:public_id>/", moderated_people.person, name="moderated-person"),
    path("community/moderation/people/<uuid:public_id>/pause/", moderated_people.pause, name="pause"),
    path("community/moderation/people/<uuid:public_id>/resume/", moderated_people.resume, name="resume"),
    path("community/moderation/alerts/", alerts.alerts, name="alerts"),
    path("community/moderation/alerts/<uuid:public_id>/", alerts.alert, name="alert"),
    path("community/moderation/alerts/<uuid:public_id>/take/", alerts.take, name="alert-take"),
    path("community/moderation/appeals/", appeals.appeals, name="appeals"),
    path("community/moderation/appeals/<uuid:public_id>/", appeals.appeal, name="appeal"),
    path("community/moderation/journal/", appeals.journal, name="journal"),
    path("community/moderation/unanswered/", upkeep.unanswered, name="moderation-unanswered"),
    path("community/moderation/unanswered/<uuid:public_id>/ask/", upkeep.ask, name="moderation-ask"),
    path("community/moderation/spaces/", upkeep.spaces, name="moderation-spaces"),
    path("community/moderation/spaces/<uuid:public_id>/", upkeep.slow_mode, name="moderation-slow"),
    path("community/moderation/spam-rules/", upkeep.spam_rule, name="spam-rule"),
]
