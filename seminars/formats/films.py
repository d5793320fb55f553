"""What a film of a session is made of: which picture fills the canvas when, and what ffmpeg is asked for.

Everything is counted in seconds from the start of the recording, on the clock of the wall: a track begins where its
first frame was received. All pictures are 16:9 before they are laid out, because a camera changes its size midway.
"""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

WIDTH, HEIGHT, RATE = 854, 480, 25
SIDE_WIDTH, SIDE_HEIGHT = 214, 120
MAIN_WIDTH, MAIN_HEIGHT = WIDTH - SIDE_WIDTH, 360
MOST_FACES = 4
BACKGROUND = "0x1f2a2e"
_QUALITY = ["-c:v", "libx264", "-preset", "veryfast", "-pix_fmt", "yuv420p", "-g", "50", "-sc_threshold", "0"]
SCREEN_LINE = 2
"""A speaker's call carries her microphone, her camera and her screen, in this order (`seminars.services.stage`)."""
_LINE = re.compile(r"-(?:audio|video)-(\d+)\.mjr$")


@dataclass(frozen=True, slots=True)
class RawTrack:
    """What a `.mjr` says first: "a" or "v", its codec, and the instant of its first frame (Unix seconds)."""

    kind: str
    codec: str
    first_frame: float


@dataclass(frozen=True, slots=True)
class Track:
    """One sound or one picture that was made readable. `start` may be negative: it began before the recording."""

    path: Path
    start: float
    seconds: float
    is_screen: bool = False

    @property
    def end(self) -> float:
        return self.start + self.seconds


@dataclass(frozen=True, slots=True)
class Page:
    """A slide on stage from `start` until the next one; no picture where nothing was shown."""

    start: float
    picture: Path | None


@dataclass(frozen=True, slots=True)
class Scene:
    """A stretch of the film in which the same things are seen: what is shown large, and faces."""

    start: float
    end: float
    main: Track | Path | None
    faces: tuple[Track, ...]

    @property
    def seconds(self) -> float:
        return self.end - self.start


def raw_track(header: str) -> RawTrack | None:
    """Read what `janus-pp-rec --json` prints; None where it is no sound or picture, or no frame ever came."""
    try:
        told = json.loads(header)
        kind, codec, first = told["t"], told["c"], int(told["u"])
    except (ValueError, KeyError, TypeError):
        return None
    return RawTrack(kind, codec, first / 1_000_000) if kind in ("a", "v") else None


def is_screen(name: str) -> bool:
    """Whether a file holds a shared screen, by the name that Janus gives it."""
    found = _LINE.search(name)
    return found is not None and int(found[1]) == SCREEN_LINE


def scenes(pictures: Sequence[Track], pages: Sequence[Page], total: float) -> list[Scene]:
    """The film cut where somebody's picture or a slide comes or goes. A shared screen hides the slide.

    Without slide or screen the faces fill the canvas; four at most are seen, those who came first.
    """
    cuts = {0.0, _frame(total)}
    cuts |= {_frame(at) for track in pictures for at in (track.start, track.end) if 0 < at < total}
    cuts |= {_frame(page.start) for page in pages if 0 < page.start < total}
    ordered = sorted(cuts)
    found: list[Scene] = []
    for start, end in pairwise(ordered):
        middle = (start + end) / 2
        seen = [track for track in pictures if track.start <= middle < track.end]
        screen = next((track for track in reversed(seen) if track.is_screen), None)
        page = max((page for page in pages if page.start <= middle), key=lambda page: page.start, default=None)
        main: Track | Path | None = screen or (page.picture if page else None)
        faces = tuple(track for track in seen if not track.is_screen)[:MOST_FACES]
        if found and (found[-1].main, found[-1].faces) == (main, faces):
            found[-1] = Scene(found[-1].start, end, main, faces)
        else:
            found.append(Scene(start, end, main, faces))
    return found


def regions(scene: Scene) -> list[tuple[Track | Path, int, int, int, int]]:
    """Where each thing of a scene is put: (what, x, y, width, height)."""
    if scene.main is not None and not scene.faces:
        return [(scene.main, 0, 0, WIDTH, HEIGHT)]
    if scene.main is not None:
        top = (HEIGHT - MAIN_HEIGHT) // 2
        beside = ((face, MAIN_WIDTH, rank * SIDE_HEIGHT) for rank, face in enumerate(scene.faces))
        shown = [(face, x, y, SIDE_WIDTH, SIDE_HEIGHT) for face, x, y in beside]
        return [(scene.main, 0, top, MAIN_WIDTH, MAIN_HEIGHT), *shown]
    if len(scene.faces) == 1:
        return [(scene.faces[0], 0, 0, WIDTH, HEIGHT)]
    half_width, half_height = WIDTH // 2 - 1, HEIGHT // 2
    top = half_height // 2 if len(scene.faces) == 2 else 0
    return [
        (face, (rank % 2) * half_width, top + (rank // 2) * half_height, half_width, half_height)
        for rank, face in enumerate(scene.faces)
    ]


# --- What ffmpeg is asked for; numbers are never written with an exponent, which it refuses ---------------------------


def fixed_size(source: Path, target: Path) -> list[str]:
    """The same pictures, all of one size and at one pace."""
    shaped = f"fps={RATE},{_fitted(WIDTH, HEIGHT)}"
    return ["-i", str(source), "-an", "-vf", shaped, *_QUALITY, "-crf", "20", "-fps_mode", "cfr", str(target)]


def scene_film(scene: Scene, target: Path) -> list[str]:
    """One scene, without sound, in a form that can be put after another, be it one frame long."""
    length = f"{scene.seconds:.3f}"
    inputs = ["-f", "lavfi", "-t", length, "-i", f"color=c={BACKGROUND}:s={WIDTH}x{HEIGHT}:r={RATE}"]
    graph, below = [], "0:v"
    for number, (what, x, y, width, height) in enumerate(regions(scene), 1):
        if isinstance(what, Track):
            inputs += ["-ss", f"{max(0.0, scene.start - what.start):.3f}", "-t", length, "-i", str(what.path)]
        else:
            inputs += ["-loop", "1", "-framerate", str(RATE), "-t", length, "-i", str(what)]
        graph.append(f"[{number}:v]setpts=PTS-STARTPTS,{_fitted(width, height)}[p{number}]")
        graph.append(f"[{below}][p{number}]overlay={x}:{y}:eof_action=repeat[c{number}]")
        below = f"c{number}"
    if not graph:
        graph, below = ["[0:v]null[c0]"], "c0"
    frames = str(round(scene.seconds * RATE))
    made = ["-filter_complex", ";".join(graph), "-map", f"[{below}]", "-frames:v", frames, "-r", str(RATE)]
    return [*inputs, *made, *_QUALITY, "-crf", "27", "-f", "matroska", str(target)]


def sound(tracks: Iterable[Track], total: float, target: Path) -> list[str]:
    """Everything that was heard, mixed; silence where nobody spoke."""
    inputs: list[str] = []
    graph: list[str] = []
    for number, track in enumerate(tracks):
        if track.start < 0:
            inputs += ["-ss", f"{-track.start:.3f}"]
        inputs += ["-i", str(track.path)]
        late = max(0, round(track.start * 1000))
        graph.append(f"[{number}:a]aresample=48000:async=1000:first_pts=0,adelay={late}:all=1[s{number}]")
    if not graph:
        inputs, graph = ["-f", "lavfi", "-i", "anullsrc=r=48000:cl=mono"], ["[0:a]anull[s0]"]
    names = "".join(f"[s{number}]" for number in range(len(graph)))
    mixed = f"{names}amix=inputs={len(graph)}:normalize=0:duration=longest,apad,atrim=0:{total:.3f}[mix]"
    wanted = ["-map", "[mix]", "-ac", "1", "-c:a", "aac", "-b:a", "64k", "-movflags", "+faststart"]
    return [*inputs, "-filter_complex", ";".join([*graph, mixed]), *wanted, str(target)]


def together(pieces: Path, heard: Path, target: Path) -> list[str]:
    """The scenes listed in the file `pieces` one after the other, with the sound."""
    sources = ["-f", "concat", "-safe", "0", "-i", str(pieces), "-i", str(heard)]
    return [*sources, "-map", "0:v", "-map", "1:a", "-c", "copy", "-movflags", "+faststart", str(target)]


def light(film: Path, target: Path) -> list[str]:
    """The same film for poor networks."""
    small = ["-vf", "scale=426:240", *_QUALITY, "-crf", "29", "-c:a", "copy", "-movflags", "+faststart"]
    return ["-i", str(film), *small, str(target)]


def playlists(film: Path, small: Path, folder: Path) -> list[str]:
    """HLS in three qualities, one file each, so that a phone changes from one to the other by itself."""
    maps = ["-map", "0:v", "-map", "0:a", "-map", "1:v", "-map", "1:a", "-map", "0:a", "-c", "copy"]
    hls = ["-f", "hls", "-hls_time", "6", "-hls_playlist_type", "vod", "-hls_flags", "single_file"]
    streams = ["-var_stream_map", "v:0,a:0,name:480p v:1,a:1,name:240p a:2,name:sound"]
    named = ["-master_pl_name", "master.m3u8", str(folder / "hls-%v.m3u8")]
    return ["-i", str(film), "-i", str(small), *maps, *hls, *streams, *named]


def _fitted(width: int, height: int) -> str:
    kept = f"scale={width}:{height}:force_original_aspect_ratio=decrease:force_divisible_by=2"
    return f"{kept},setsar=1,pad={width}:{height}:(ow-iw)/2:(oh-ih)/2:color={BACKGROUND},format=yuv420p"


def _frame(at: float) -> float:
    """On the grid of frames, so that scenes neither overlap nor leave a gap."""
    return round(at * RATE) / RATE
