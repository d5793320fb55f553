"""Which addresses of videos are shown in a lesson, and as what."""

import pytest
from pytest_django import Settings

from courses.validators import player_address

VIMEO, YOUTUBE = "https://player.vimeo.com/video/122104210?dnt=1", "https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ"
TUBE = "https://tube.example/videos/embed/kkGMgK9ZtnKfYAgnEtQxbv"


@pytest.mark.parametrize(
    ("address", "player"),
    [
        ("https://vimeo.com/122104210", VIMEO),
        ("https://player.vimeo.com/video/122104210", VIMEO),
        ("https://vimeo.com/channels/staff", None),
        ("https://www.youtube.com/watch?v=dQw4w9WgXcQ&t=3", YOUTUBE),
        ("https://youtu.be/dQw4w9WgXcQ", YOUTUBE),
        ("https://www.youtube.com/shorts/dQw4w9WgXcQ", YOUTUBE),
        ("https://www.youtube.com/watch?v=%22onload", None),
        ("https://tube.example/w/kkGMgK9ZtnKfYAgnEtQxbv", TUBE),
        ("https://tube.example/videos/watch/kkGMgK9ZtnKfYAgnEtQxbv?start=1", TUBE),
        ("https://tube.example/w/p/kkGMgK9ZtnKfYAgnEtQxbv", None),
        ("https://tube.example:444/w/kkGMgK9ZtnKfYAgnEtQxbv", None),
        ("https://other.example/w/kkGMgK9ZtnKfYAgnEtQxbv", None),
        ("javascript:alert(1)", None),
    ],
)
def test_the_player_of_a_video(settings: Settings, address: str, player: str | None) -> None:
    settings.PEERTUBE_HOSTS = ["tube.example"]

    assert player_address(address) == player
