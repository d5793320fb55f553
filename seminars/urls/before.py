"""Before a session: what is announced, registration, slides and documents, the run sheet."""

from django.urls import URLPattern, path

from seminars.views import decks, groups, guests, polls, prepare, run_sheet, sessions

_ONE = "seminars/<uuid:public_id>/"

urlpatterns: list[URLPattern] = [
    path("seminars/", sessions.sessions, name="list"),
    path("seminars/calendar/", sessions.subscribe, name="subscribe"),
    path("seminars/calendar/close/", sessions.unsubscribe, name="unsubscribe"),
    path("seminars/calendar/<str:token>.ics", sessions.feed, name="feed"),
    path("seminars/me/<str:signed>/", guests.guest_link, name="guest-link"),
    path(f"{_ONE}", sessions.session, name="session"),
    path(f"{_ONE}register/", sessions.register, name="register"),
    path(f"{_ONE}cancel/", sessions.cancel, name="cancel"),
    path(f"{_ONE}recording/", sessions.consent, name="consent"),
    path(f"{_ONE}session.ics", sessions.calendar_file, name="calendar-file"),
    path(f"{_ONE}guest/", guests.guest, name="guest"),
    path(f"{_ONE}prepare/", prepare.prepare, name="prepare"),
    path(f"{_ONE}announce/", prepare.announce, name="announce"),
    path(f"{_ONE}call-off/", prepare.call_off, name="call-off"),
    path(f"{_ONE}decks/", decks.add_deck, name="deck-add"),
    path(f"{_ONE}decks/<uuid:deck>/", decks.deck, name="deck"),
    path(f"{_ONE}decks/<uuid:deck>/file/", decks.deck_file, name="deck-file"),
    path(f"{_ONE}decks/<uuid:deck>/remove/", decks.remove_deck, name="deck-remove"),
    path(f"{_ONE}handouts/", decks.add_handout, name="handout-add"),
    path(f"{_ONE}handouts/<uuid:handout>/", decks.handout, name="handout"),
    path(f"{_ONE}handouts/<uuid:handout>/remove/", decks.remove_handout, name="handout-remove"),
    path(f"{_ONE}polls/", polls.add_poll, name="poll-add"),
    path(f"{_ONE}polls/<uuid:poll>/remove/", polls.remove_poll, name="poll-remove"),
    path(f"{_ONE}groups/", groups.add_round, name="round-add"),
    path(f"{_ONE}groups/<uuid:round_id>/", groups.arrange, name="round"),
    path(f"{_ONE}groups/<uuid:round_id>/remove/", groups.remove_round, name="round-remove"),
    path(f"{_ONE}run-sheet/", run_sheet.run_sheet, name="run-sheet"),
    path(f"{_ONE}run-sheet/move/", run_sheet.run_sheet_move, name="run-sheet-move"),
    path(f"{_ONE}run-sheet/<int:number>/", run_sheet.run_sheet_item, name="run-sheet-item"),
]
