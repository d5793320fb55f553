"""Writes recordings as Janus does (`.mjr`, read by `janus-pp-rec`), from sounds and pictures that ffmpeg makes."""

import json
import struct
import subprocess
from collections.abc import Iterator
from datetime import datetime
from itertools import pairwise
from pathlib import Path

MOST_BYTES = 1100  # in one packet

type Frame = tuple[float, int, bool, bytes]
"""Seconds from the first one, the codec's own clock, whether it ends a picture, its bytes."""


def write_audio(path: Path, *, first_frame: datetime, seconds: float, hertz: int = 440) -> Path:
    """A tone, in Opus."""
    tone = ["-f", "lavfi", "-i", f"sine=frequency={hertz}:sample_rate=48000:duration={seconds}"]
    ogg = _ffmpeg([*tone, "-ac", "2", "-c:a", "libopus", "-frame_duration", "20", "-f", "ogg"])
    packets = [packet for packet in _ogg_packets(ogg) if not packet.startswith(b"Opus")]
    frames = ((number * 0.02, number * 960, True, packet) for number, packet in enumerate(packets))
    return _write(path, {"t": "a", "c": "opus"}, first_frame, 111, frames)


def write_video(path: Path, *, first_frame: datetime, parts: list[tuple[float, str, str]]) -> Path:
    """Pictures in VP8; each part is (seconds, "320x180", colour): the size may change, as with a real camera."""
    return _write(path, {"t": "v", "c": "vp8"}, first_frame, 96, _pictures(parts))


def _pictures(parts: list[tuple[float, str, str]]) -> Iterator[Frame]:
    begun = 0.0
    for seconds, size, colour in parts:
        source = ["-f", "lavfi", "-i", f"color={colour}:size={size}:rate=15:duration={seconds}"]
        ivf = _ffmpeg([*source, "-c:v", "libvpx", "-deadline", "realtime", "-b:v", "150k", "-f", "ivf"])
        for number, frame in enumerate(_ivf_frames(ivf)):
            at = begun + number / 15
            cuts = [*range(0, len(frame), MOST_BYTES), len(frame)]
            for start, end in pairwise(cuts):
                descriptor = b"\x10" if start == 0 else b"\x00"
                yield at, int(at * 90_000), end == len(frame), descriptor + frame[start:end]
        begun += seconds


def _write(
    path: Path,
    kind: dict[str, str],
    first_frame: datetime,
    payload: int,
    frames: Iterator[tuple[float, int, bool, bytes]],
) -> Path:
    moment = int(first_frame.timestamp() * 1_000_000)
    header = json.dumps(kind | {"s": moment - 20_000, "u": moment}).encode()
    with path.open("wb") as file:
        file.write(b"MJR00002" + struct.pack("!H", len(header)) + header)
        for number, (at, clock, is_last, data) in enumerate(frames):
            marker = 0x80 if is_last else 0
            rtp = struct.pack("!BBHII", 0x80, marker | payload, number & 0xFFFF, clock & 0xFFFFFFFF, 4242) + data
            file.write(b"MEET" + struct.pack("!IH", int(at * 1000), len(rtp)) + rtp)
    return path


def _ffmpeg(arguments: list[str]) -> bytes:
    command = ["ffmpeg", "-v", "error", *arguments, "-"]
    return subprocess.run(command, check=True, capture_output=True).stdout


def _ivf_frames(ivf: bytes) -> Iterator[bytes]:
    at = 32
    while at < len(ivf):
        (size,) = struct.unpack_from("<I", ivf, at)
        yield ivf[at + 12 : at + 12 + size]
        at += 12 + size


def _ogg_packets(ogg: bytes) -> Iterator[bytes]:
    at, kept = 0, b""
    while at < len(ogg):
        count = ogg[at + 26]
        lacing = ogg[at + 27 : at + 27 + count]
        at += 27 + count
        for size in lacing:
            kept += ogg[at : at + size]
            at += size
            if size < 255:
                yield kept
                kept = b""
