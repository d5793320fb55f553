"""What a film is made of, and what ffmpeg is asked for."""

import subprocess
from itertools import pairwise
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from seminars.formats import films
from seminars.formats.films import Page, Scene, Track, scenes

CLARA, KARIM = Track(Path("clara.mkv"), 2, 10), Track(Path("karim.mkv"), 5, 2)
SCREEN = Track(Path("screen.mkv"), 6, 3, is_screen=True)
ONE, TWO = Path("1.webp"), Path("2.webp")


def test_a_film_is_cut_where_somebody_or_a_slide_comes_or_goes():
    found = scenes([CLARA, KARIM, SCREEN], [Page(0, ONE), Page(8, TWO)], 15)
    assert found == [
        Scene(0, 2, ONE, ()),
        Scene(2, 5, ONE, (CLARA,)),
        Scene(5, 6, ONE, (CLARA, KARIM)),
        Scene(6, 7, SCREEN, (CLARA, KARIM)),
        Scene(7, 9, SCREEN, (CLARA,)),
        Scene(9, 12, TWO, (CLARA,)),
        Scene(12, 15, TWO, ()),
    ]


@given(
    st.lists(st.tuples(st.floats(-50, 200), st.floats(0, 100), st.booleans()), max_size=6),
    st.lists(st.floats(-10, 200), max_size=5),
    st.floats(0.5, 150),
)
def test_scenes_follow_one_another_from_the_start_to_the_end(tracks, pages, total):
    pictures = [Track(Path(f"{n}.mkv"), *track) for n, track in enumerate(tracks)]
    found = scenes(pictures, [Page(at, ONE) for at in pages], total)
    assert found[0].start == 0
    assert abs(found[-1].end - total) <= 1 / films.RATE
    assert all(one.end == two.start and one.seconds > 0 for one, two in pairwise(found))
    for scene in found:
        for _what, x, y, width, height in films.regions(scene):
            assert 0 <= x <= x + width <= films.WIDTH
            assert 0 <= y <= y + height <= films.HEIGHT
        assert not any("e-" in part for part in films.scene_film(scene, Path("x.mkv")) if part[:1].isdigit())


def test_scenes_of_a_few_frames_are_put_together_with_the_others(tmp_path):
    """Somebody on stage is seen a tenth of a second after the recording began."""
    lengths = (3, 25, 2, 1)
    ffmpeg = ["ffmpeg", "-nostdin", "-v", "error", "-y"]
    for number, frames in enumerate(lengths):
        scene = Scene(0, frames / films.RATE, None, ())
        subprocess.run([*ffmpeg, *films.scene_film(scene, tmp_path / f"{number}.mkv")], check=True)
    pieces, heard, film = tmp_path / "scenes.txt", tmp_path / "sound.m4a", tmp_path / "film.mp4"
    pieces.write_text("\n".join(f"file '{number}.mkv'" for number in range(len(lengths))))
    subprocess.run([*ffmpeg, *films.sound([], sum(lengths) / films.RATE, heard)], check=True)
    subprocess.run([*ffmpeg, *films.together(pieces, heard, film)], check=True)
    ask = ["ffprobe", "-v", "error", "-select_streams", "v", "-show_entries", "frame=pts_time", "-of", "csv=p=0"]
    told = subprocess.run([*ask, str(film)], check=True, capture_output=True, text=True).stdout.split()
    shown = [float(at.strip(",")) for at in told]
    assert len(shown) == sum(lengths)
    assert all(abs(two - one - 1 / films.RATE) < 0.001 for one, two in pairwise(shown))


def test_what_janus_says_of_a_track():
    assert films.raw_track('{"t": "v", "c": "vp8", "s": 1, "u": 1795687204000000}\n').first_frame == 1795687204
    for other in ("", "Bye!", '{"t": "v", "c": "vp8", "s": 1}', '{"t": "d", "c": "text", "u": 5}'):
        assert films.raw_track(other) is None


def test_a_shared_screen_is_the_third_line_of_a_call():
    assert films.is_screen("videoroom-0199-user-7f-1795687203-video-2.mjr")
    assert not films.is_screen("videoroom-0199-user-7f-1795687203-video-1.mjr")
    assert not films.is_screen("whatever.mjr")
