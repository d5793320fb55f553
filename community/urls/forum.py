"""Spaces, threads, posts: reading and writing."""

from django.urls import path

from community.views import posts, spaces, steering, threads

urlpatterns = [
    path("community/", spaces.home, name="home"),
    path("community/unanswered/", spaces.unanswered, name="unanswered"),
    path("community/spaces/<slug:slug>/", spaces.space, name="space"),
    path("community/spaces/<slug:slug>/new/", threads.new, name="thread-new"),
    path("community/lessons/<uuid:public_id>/", spaces.lesson, name="lesson"),
    path("community/preview/<slug:slug>/", threads.preview, name="preview"),
    path("community/threads/<uuid:public_id>/", threads.thread, name="thread"),
    path("community/threads/<uuid:public_id>/answer/", threads.answer, name="answer"),
    path("community/threads/<uuid:public_id>/manage/", steering.manage, name="thread-manage"),
    path("community/threads/<uuid:public_id>/state/", steering.state, name="thread-state"),
    path("community/threads/<uuid:public_id>/move/", steering.move, name="thread-move"),
    path("community/threads/<uuid:public_id>/merge/", steering.merge, name="thread-merge"),
    path("community/threads/<uuid:public_id>/split/", steering.split, name="thread-split"),
    path("community/posts/<uuid:public_id>/", posts.post, name="post"),
    path("community/posts/<uuid:public_id>/accept/", posts.accept, name="post-accept"),
    path("community/posts/<uuid:public_id>/edit/", posts.edit, name="post-edit"),
    path("community/posts/<uuid:public_id>/history/", posts.history, name="post-history"),
    path("community/posts/<uuid:public_id>/take-back/", posts.take_back, name="post-take-back"),
]
