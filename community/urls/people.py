"""Directory, offers, private messages."""

from django.urls import URLPattern, path

from community.views import messages, offers, people

urlpatterns: list[URLPattern] = [
    path("community/people/", people.directory, name="people"),
    path("community/people/me/", people.me, name="me"),
    path("community/people/<uuid:public_id>/", people.person, name="person"),
    path("community/people/<uuid:public_id>/block/", people.block_person, name="block"),
    path("community/people/<uuid:public_id>/write/", messages.write, name="write"),
    path("community/welcome/", people.welcome, name="welcome"),
    path("community/still-there/", people.still_there, name="still-there"),
    path("community/messages/", messages.conversations, name="messages"),
    path("community/messages/<uuid:public_id>/", messages.conversation, name="conversation"),
    path("community/messages/<uuid:public_id>/read/", messages.read, name="conversation-read"),
    path("community/offers/", offers.offers, name="offers"),
    path("community/offers/new/", offers.new, name="offer-new"),
    path("community/offers/<uuid:public_id>/", offers.offer, name="offer"),
    path("community/offers/<uuid:public_id>/change/", offers.change, name="offer-change"),
    path("community/offers/<uuid:public_id>/remove/", offers.remove, name="offer-remove"),
]
