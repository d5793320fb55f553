"""The world before anybody wrote, reported or decided anything."""

from typing import get_args, get_type_hints

import pytest

from tests.community.rows import build_square
from tests.world import World, build_world


def build_silent_world() -> World:
    """The cast and its cohorts; what the community would hold is None."""
    rows = get_args(get_type_hints(build_square)["return"])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tests.world.build_talk", lambda *args, **kwargs: None)
        patch.setattr("tests.world.build_square", lambda *args, **kwargs: (None,) * len(rows))
        return build_world()
