"""Archives that nobody vouches for: what is safe is read, what is not is refused quickly, small and with a sentence."""

import io
import os
import random
import stat
import struct
import subprocess
import sys
import unicodedata
import zipfile
import zlib
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lms.kit.archives import Limits, UnsafeArchive, open_tree
from lms.kit.errors import DomainError

pytestmark = pytest.mark.slow  # no database has a part in it

ROOT = Path(__file__).parents[3]
FILES = {"cours.md": b"# Un\n", "media/a.png": b"\x89PNG" * 1000}


def zipped(files: dict[str, bytes] | list[tuple[str | zipfile.ZipInfo, bytes]], **options) -> io.BytesIO:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, **options) as archive:
        for name, data in files.items() if isinstance(files, dict) else files:
            archive.writestr(name, data)
    file.seek(0)
    return file


def record(
    name: bytes,
    data: bytes = b"x",
    *,
    offset: int = 0,
    flags: int = 0x800,
    method: int = 0,
    size: int | None = None,
    packed: int | None = None,
    crc: int | None = None,
    attributes: int = 0,
    extra: bytes = b"",
) -> tuple[bytes, bytes]:
    """One entry by hand: its local header with the data, and its line of the directory."""
    crc = zlib.crc32(data) if crc is None else crc
    size = len(data) if size is None else size
    packed = len(data) if packed is None else packed
    local = struct.pack("<4s5H3L2H", b"PK\x03\x04", 20, flags, method, 0, 33, crc, packed, size, len(name), 0)
    central = struct.pack(
        "<4s6H3L5H2L",
        b"PK\x01\x02", 0x0314, 20, flags, method, 0, 33, crc, packed, size,
        len(name), len(extra), 0, 0, 0, attributes, offset,
    )  # fmt: skip
    return local + name + data, central + name + extra


def assembled(
    body: bytes, directory: bytes, entries: int, *, size: int | None = None, offset: int | None = None
) -> io.BytesIO:
    size = len(directory) if size is None else size
    offset = len(body) if offset is None else offset
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, entries & 0xFFFF, entries & 0xFFFF, size, offset, 0)
    return io.BytesIO(body + directory + end)


def one_entry(name: bytes, **options) -> io.BytesIO:
    local, central = record(name, **options)
    return assembled(local, central, 1)


def refused(source: io.BytesIO | Path, **options) -> str:
    with pytest.raises(UnsafeArchive) as caught:
        open_tree(source, **options)
    message = str(caught.value.message)
    assert message.endswith(".")
    assert "{detail}" not in message
    return caught.value.code


def refused_on_reading(source: io.BytesIO, name: str) -> str:
    with open_tree(source) as tree, pytest.raises(UnsafeArchive) as caught:
        tree.read(name)
    assert str(caught.value).endswith(".")
    return caught.value.code


# -- What is safe ---


def test_a_zip_is_read():
    with open_tree(zipped(FILES)) as tree:
        assert tree.names() == ["cours.md", "media/a.png"]
        assert {name: tree.read(name) for name in tree.names()} == FILES


def test_a_zip_on_disk_and_its_folder_are_the_same_tree(tmp_path):
    path = tmp_path / "a.zip"
    path.write_bytes(zipped(FILES).getvalue())
    folder = tmp_path / "dossier"
    for name, data in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    with open_tree(path) as archive, open_tree(folder) as tree:
        assert archive.names() == tree.names()
        assert all(archive.read(name) == tree.read(name) for name in tree.names())
    assert list(tmp_path.iterdir()) in ([path, folder], [folder, path])


def test_a_file_handed_in_stays_open_and_one_opened_here_is_closed(tmp_path):
    source = zipped(FILES)
    with open_tree(source):
        pass
    assert not source.closed
    path = tmp_path / "a.zip"
    path.write_bytes(source.getvalue())
    with open_tree(path) as tree:
        pass
    with pytest.raises(UnsafeArchive):
        tree.read("cours.md")


def test_what_systems_leave_behind_is_skipped(tmp_path):
    litter = ["__MACOSX/._cours.md", "media/.DS_Store", "media/Thumbs.db", "._cours.md", ".git/config", "desktop.ini"]
    with open_tree(zipped(FILES | dict.fromkeys(litter, b"x"))) as tree:
        assert tree.names() == sorted(FILES)
    for name in litter:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"x")
    assert open_tree(tmp_path).names() == []


def test_folders_and_dots_are_no_files():
    source = zipped([("media/", b""), ("./media//a.png", b"a"), ("vide/", b"")])
    with open_tree(source) as tree:
        assert tree.names() == ["media/a.png"]
        assert tree.read("media/a.png") == b"a"


@pytest.mark.parametrize(
    ("raw", "flags"),
    [
        ("été.md".encode("cp437"), 0),
        ("été.md".encode(), 0),
        ("été.md".encode(), 0x800),
        (unicodedata.normalize("NFD", "été.md").encode(), 0x800),
    ],
)
def test_names_in_every_encoding(raw, flags):
    with open_tree(one_entry(raw, flags=flags)) as tree:
        assert tree.names() == ["été.md"]
        assert tree.read(unicodedata.normalize("NFD", "été.md")) == b"x"


def test_a_zip_in_a_zip_is_plain_data():
    inner = zipped({"../../x": b"x"}).getvalue()
    with open_tree(zipped({"dedans.zip": inner})) as tree:
        assert tree.read("dedans.zip") == inner


def test_an_empty_zip_and_one_with_a_comment():
    assert open_tree(zipped({})).names() == []
    source = io.BytesIO()
    with zipfile.ZipFile(source, "w") as archive:
        archive.comment = b"bonjour"
        archive.writestr("a.md", b"a")
    with open_tree(source) as tree:
        assert tree.read("a.md") == b"a"


def test_zip64_is_read():
    source = io.BytesIO()
    with zipfile.ZipFile(source, "w") as archive, archive.open("a.md", "w", force_zip64=True) as entry:
        entry.write(b"abc")
    local, central = record(b"b.md")
    at = len(local) + len(central)
    end = struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, 1, 1, len(central), len(local))
    locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, at, 1)
    last = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    for file, name, data in (
        (source, "a.md", b"abc"),
        (io.BytesIO(local + central + end + locator + last), "b.md", b"x"),
    ):
        with open_tree(file) as tree:
            assert tree.read(name) == data


# -- Names ---


@pytest.mark.parametrize(
    "name",
    [
        b"../x", b"a/../../x", b"a/..", b"..", b"/etc/passwd", b"//hote/x", b"a\\..\\x", b"C:x", b"c:/x", b"a\x00.md",
        b"a\n.md", b"a\x1b[0m", b"", b"/", b"./", b"x" * 256, b"/".join([b"abc"] * 300),
    ],
)  # fmt: skip
def test_names_that_lead_elsewhere(name):
    assert refused(one_entry(name)) == "unsafe-name"


def test_a_folder_entry_may_not_climb_either():
    assert refused(one_entry(b"../", data=b"")) == "unsafe-name"


def test_a_name_that_claims_utf8_and_is_not():
    assert refused(one_entry(b"\xff\xfe.md")) == "not-a-zip"


@pytest.mark.parametrize(
    "names",
    [
        ("a.md", "a.md"),
        ("a.md", "A.MD"),
        ("é.md", "e\u0301.md"),
        ("ß.md", "SS.md"),
        ("a", "a/b"),
        ("a/b", "A"),
        ("x//a", "x/a"),
    ],
)
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_names_that_are_the_same_file_somewhere(names):
    assert refused(zipped([(name, b"x") for name in names])) == "same-name"


def test_a_sentence_shows_a_hostile_name_harmlessly():
    with pytest.raises(DomainError) as caught:
        open_tree(one_entry("../{detail}{0}\u202e\x1b.md".encode()))
    assert "../{detail}{0}??.md" in str(caught.value)


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR, stat.S_IFSOCK])
def test_links_and_devices(kind):
    assert refused(one_entry(b"a.md", data=b"/etc/passwd", attributes=(kind | 0o777) << 16)) == "link"


# -- Damage and lies ---


@pytest.mark.parametrize(
    "data", [b"", b"PK", b"PK\x05\x06", b"# Un cours\n" * 100, b"\x89PNG" * 50, b"PK\x03\x04" + b"\0" * 200]
)
def test_not_a_zip(data, tmp_path):
    assert refused(io.BytesIO(data)) == "not-a-zip"
    path = tmp_path / "a.zip"
    path.write_bytes(data)
    assert refused(path) == "not-a-zip"


def test_cut_short_anywhere():
    whole = zipped(FILES).getvalue()
    for length in range(len(whole)):
        assert refused(io.BytesIO(whole[:length])) in {"not-a-zip", "broken"}


def test_something_before_or_after_the_archive():
    whole = zipped(FILES).getvalue()
    assert refused(io.BytesIO(b"GIF89a" + whole)) == "broken"
    assert refused(io.BytesIO(whole + b"more")) == "broken"


def test_encrypted():
    assert refused(one_entry(b"a.md", flags=0x801)) == "encrypted"


@pytest.mark.parametrize("method", [12, 14, 93, 99])
def test_other_compressions(method):
    assert refused(one_entry(b"a.md", method=method)) == "method"


def test_a_directory_that_states_another_count():
    local, central = record(b"a.md")
    assert refused(assembled(local, central, 2)) == "broken"
    assert refused(assembled(local, central * 2, 1)) == "broken"
    assert refused(assembled(local, central + b"junk", 1)) == "broken"
    assert refused(assembled(local, central, 1, offset=0)) == "broken"
    assert refused(assembled(local, central, 1, size=10**9)) == "broken"


def test_a_second_directory_hidden_in_a_comment_is_not_followed():
    """zipfile reads a 64-bit record wherever it finds one; the count must be taken from the same place."""
    local, central = record(b"a.md")
    many = b"".join(record(b"%d" % i)[1] for i in range(5_000))
    hidden = struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, 1, 1, len(many), len(local))
    comment = hidden + struct.pack("<4sLQL", b"PK\x06\x07", 0, 0, 1)
    central = central[:32] + struct.pack("<H", len(comment)) + central[34:] + comment
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 1, 1, len(central), len(local) + len(many), 0)
    assert refused(io.BytesIO(local + many + central + end)) == "broken"


@pytest.mark.parametrize(
    "lie",
    [{"size": 2}, {"size": 10_000}, {"crc": 1}, {"packed": 0}, {"method": 8}],
    ids=["shorter", "longer", "checksum", "nothing", "not deflated"],
)
def test_sizes_and_checksums_that_lie(lie):
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    data = b"bonjour " * 100
    packed = packer.compress(data) + packer.flush()
    honest = {"method": 8, "size": len(data), "crc": zlib.crc32(data)}
    with open_tree(one_entry(b"a.md", data=packed, **honest)) as tree:
        assert tree.read("a.md") == data
    if lie == {"method": 8}:
        packed, honest = data, {}
    source = one_entry(b"a.md", data=packed, **(honest | lie))
    assert refused_on_reading(source, "a.md") == "broken"


def test_a_local_header_that_contradicts_the_directory():
    local, _ = record(b"b.md")
    _, central = record(b"a.md")
    assert refused_on_reading(assembled(local, central, 1), "a.md") == "broken"


def test_entries_that_overlap():
    local, first = record(b"a.md")
    _, second = record(b"b.md")
    assert refused(assembled(local, first + second, 2)) == "bomb"


def test_an_entry_that_runs_past_the_directory():
    assert refused(one_entry(b"a.md", packed=1_000, size=1_000)) == "broken"


def test_limits():
    many = {f"{i}.md": b"x" for i in range(11)}
    with open_tree(zipped(many), limits=Limits(files=11)) as tree:
        assert len(tree.names()) == 11
    assert refused(zipped(many), limits=Limits(files=10)) == "too-many-files"
    assert refused(zipped({f"{i}.md": b"x" for i in range(300)}), limits=Limits(files=10)) == "too-many-files"
    noise = random.Random(1).randbytes
    assert refused(zipped({"a": noise(2_000)}), limits=Limits(file=1_999)) == "file-too-big"
    assert refused(zipped({"a": noise(2_000), "b": noise(2_000)}), limits=Limits(total=3_999)) == "too-big"


def test_a_ratio_that_no_real_file_has():
    assert refused(zipped({"a.bmp": b"\0" * 20_000_000})) == "bomb"
    with open_tree(zipped({"blanc.bmp": b"\0" * 900_000})) as tree:
        assert len(tree.read("blanc.bmp")) == 900_000


# -- Folders ---


def test_a_folder_with_a_link_or_a_pipe(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("x")
    folder = tmp_path / "cours"
    folder.mkdir()
    (folder / "a.md").symlink_to(secret)
    assert refused(folder) == "link"
    (folder / "a.md").unlink()
    (folder / "media").symlink_to(tmp_path)
    assert refused(folder) == "link"
    (folder / "media").unlink()
    os.mkfifo(folder / "tuyau")
    assert refused(folder) == "link"


def test_a_folder_that_changes_after_it_was_listed(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("x")
    folder = tmp_path / "cours"
    (folder / "media").mkdir(parents=True)
    (folder / "media" / "secret").write_text("a")
    (folder / "a.md").write_text("a")
    tree = open_tree(folder, limits=Limits(file=10))
    (folder / "a.md").unlink()
    (folder / "a.md").symlink_to(secret)
    (folder / "media").rename(tmp_path / "parti")
    (folder / "media").symlink_to(tmp_path)
    for name in ("a.md", "media/secret"):
        with pytest.raises(UnsafeArchive) as caught:
            tree.read(name)
        assert caught.value.code == "link"
    (folder / "a.md").unlink()
    (folder / "a.md").write_text("beaucoup plus long")
    with pytest.raises(UnsafeArchive) as caught:
        tree.read("a.md")
    assert caught.value.code == "file-too-big"


def test_a_folder_has_the_same_limits(tmp_path):
    for name in ("a.md", "b.md", "A.md"):
        (tmp_path / name).write_text("x" * 10)
    assert refused(tmp_path, limits=Limits(files=2)) == "too-many-files"
    assert refused(tmp_path, limits=Limits(total=29)) == "too-big"
    assert refused(tmp_path, limits=Limits(file=9)) == "file-too-big"
    assert refused(tmp_path) == "same-name"
    (tmp_path / "A.md").unlink()
    with open_tree(tmp_path) as tree:
        assert tree.names() == ["a.md", "b.md"]
        with pytest.raises(UnsafeArchive) as caught:
            tree.read("../a.md")
        assert caught.value.code == "missing"


def test_no_such_place(tmp_path):
    with pytest.raises(FileNotFoundError):
        open_tree(tmp_path / "rien")


def test_the_real_course(material):
    folder = material / "courses" / "culture-numerique"
    with open_tree(folder) as tree:
        assert sum(name.endswith(".md") for name in tree.names()) == 3
        files = {name: tree.read(name) for name in tree.names()}
    with open_tree(zipped(files)) as archive:
        assert archive.names() == sorted(files)
        assert archive.read("module2/media/possibilité_1.png") == files["module2/media/possibilité_1.png"]


def test_real_packages_are_read(material):
    packages = sorted((material / "courses" / "cc").glob("*.imscc")) + sorted((material / "h5p").glob("*.h5p"))
    assert len(packages) > 5
    for package in packages:
        if package.stem == "unzippable":
            assert refused(package) == "not-a-zip"
            continue
        with open_tree(package) as tree:
            assert all(tree.read(name) is not None for name in tree.names())


# -- Within 5 s and 64 MB ---

_MEASURE = """
import resource, sys, time
from contextlib import suppress
from pathlib import Path
import django.utils.translation, lms.kit.archives as archives
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
started = time.process_time()
try:
    with archives.open_tree(Path(sys.argv[1])) as tree:
        for name in tree.names():
            tree.read(name)
    code = "read"
except archives.UnsafeArchive as error:
    code = error.code
after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(code, time.process_time() - started, (after - before) / 1024)
"""


def _nested_bomb() -> bytes:
    """A relative of 42.zip: 16 zips of 16 entries of 4 MB each."""
    inner = zipped({f"{i}.txt": b"\0" * 4_000_000 for i in range(16)}).getvalue()
    return zipped({f"lib {i}.zip": inner for i in range(16)}).getvalue()


def _million_entries(stated: int) -> bytes:
    directory = record(b"a")[1] * 1_000_000
    return assembled(b"", directory, stated).getvalue()


def _million_entries_zip64() -> bytes:
    directory = record(b"a")[1] * 1_000_000
    end = struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, 10**6, 10**6, len(directory), 0)
    locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, len(directory), 1)
    return directory + end + locator + struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, *[0xFFFF] * 2, *[0xFFFFFFFF] * 2, 0)


def _overlapping_bomb() -> bytes:
    """A thousand entries, all of them the same stretch of zeros."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    kernel = packer.compress(b"\0" * 900_000) + packer.flush()
    local, _ = record(b"0", kernel, method=8, size=900_000)
    directory = b"".join(record(b"%d" % i, kernel, method=8, size=900_000)[1] for i in range(1_000))
    return assembled(local, directory, 1_000).getvalue()


def _lying_bomb() -> bytes:
    """Says 1,000 bytes, holds 150 MB."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    kernel = b"".join(packer.compress(b"\0" * 1_000_000) for _ in range(150)) + packer.flush()
    return one_entry(b"a.txt", data=kernel, method=8, size=1_000).getvalue()


def _endless_names() -> bytes:
    local, central = record(b"a", extra=b"\0" * 65_000)
    return assembled(local, central * 300, 300).getvalue()


@pytest.mark.parametrize(
    ("make", "codes"),
    [
        (lambda: zipped({f"{i}.txt": b"\0" * 49_000_000 for i in range(3)}).getvalue(), {"bomb"}),
        (_nested_bomb, {"read"}),
        (lambda: _million_entries(10), {"too-many-files", "broken"}),
        (lambda: _million_entries(60_000), {"too-many-files"}),
        (_million_entries_zip64, {"too-many-files"}),
        (_overlapping_bomb, {"bomb"}),
        (_lying_bomb, {"broken"}),
        (_endless_names, {"too-many-files"}),
    ],
    ids=["zeros", "nested", "million hidden", "million stated", "million in zip64", "overlap", "lie", "long directory"],
)
def test_bombs_are_refused_small_and_fast(make, codes, tmp_path):
    bomb = tmp_path / "bomb.zip"
    bomb.write_bytes(make())
    done = subprocess.run(
        [sys.executable, "-c", _MEASURE, str(bomb)],
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    code, seconds, megabytes = done.stdout.split()
    assert code in codes
    assert float(seconds) < 5
    assert float(megabytes) < 64
    assert list(tmp_path.iterdir()) == [bomb]


# -- Anything at all ---

_WHOLE = zipped(FILES | {"b/été.md": b"abc" * 50}).getvalue()


@given(st.lists(st.tuples(st.integers(0, len(_WHOLE) - 1), st.integers(0, 255)), min_size=1, max_size=6))
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_damaged_zip_is_read_or_refused(changes):
    data = bytearray(_WHOLE)
    for place, value in changes:
        data[place] = value
    with suppress(UnsafeArchive), open_tree(io.BytesIO(bytes(data))) as tree:
        for name in tree.names():
            assert ".." not in name.split("/")
            assert len(tree.read(name)) <= 50_000
