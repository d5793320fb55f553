"""Reactions, bookmarks, polls, files, drafts."""

from django.urls import URLPattern, path

from community.views import extras

urlpatterns: list[URLPattern] = [
    path("community/posts/<uuid:public_id>/react/", extras.react, name="react"),
    path("community/posts/<uuid:public_id>/keep/", extras.bookmark, name="bookmark"),
    path("community/bookmarks/", extras.bookmark_list, name="bookmarks"),
    path("community/polls/<uuid:public_id>/", extras.poll, name="poll"),
    path("community/polls/<uuid:public_id>/close/", extras.poll_close, name="poll-close"),
    path("community/files/", extras.file_add, name="file-add"),
    path("community/files/<uuid:public_id>/", extras.file, name="file"),
    path("community/files/<uuid:public_id>/remove/", extras.file_remove, name="file-remove"),
    path("community/drafts/", extras.draft_list, name="drafts"),
    path("community/drafts/forget/", extras.draft_drop, name="draft-drop"),
    path("community/threads/<uuid:public_id>/since/", extras.thread_since, name="thread-since"),
]
