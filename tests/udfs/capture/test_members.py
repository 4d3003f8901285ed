import bz2
import gzip
import lzma
import struct
from io import BytesIO

import pytest
import zstandard

from udfs.capture.members import DamagedStreamError, codec_of, decode_head, read_members

COMPRESSORS = {
    "gzip": gzip.compress,
    "zstd": zstandard.ZstdCompressor().compress,
    "xz": lzma.compress,
    "bzip2": bz2.compress,
}


class Counting(BytesIO):
    """Counts the bytes that are read."""

    total = 0

    def read(self, size=-1):
        data = super().read(size)
        self.total += len(data)
        return data


@pytest.mark.parametrize("codec", COMPRESSORS)
def test_members_have_their_offsets_and_their_bytes(codec):
    texts = [b"", b"a", b"line\n" * 300_000, bytes(range(256)) * 5000]
    parts = [COMPRESSORS[codec](text) for text in texts]
    file = Counting(b"".join(parts))
    found = [(member.offset, member.compressed, b"".join(member.chunks)) for member in read_members(file, "f")]
    assert found == [(sum(map(len, parts[:number])), True, text) for number, text in enumerate(texts)]
    assert file.total == len(b"".join(parts))
    assert codec_of(parts[0]) == codec


def test_a_plain_file_is_one_member():
    data = b"plain " * 500_000
    [member] = read_members(BytesIO(data), "f")
    assert (member.offset, member.compressed) == (0, False)
    assert b"".join(member.chunks) == data


@pytest.mark.parametrize("codec", COMPRESSORS)
def test_chunks_of_a_bomb_are_bounded(codec):
    bomb = BytesIO(COMPRESSORS[codec](b"\0" * (40 << 20)))
    sizes = [len(chunk) for member in read_members(bomb, "f") for chunk in member.chunks]
    assert sum(sizes) == 40 << 20
    # zstandard cannot stop within the input it is given; a hostile kilobyte of it holds 256 blocks of 128 KiB.
    assert max(sizes) <= (32 << 20 if codec == "zstd" else 1 << 20)


def test_zstd_frames_to_skip_are_passed_over():
    skippable = struct.pack("<II", 0x184D2A53, 5) + b"hello"
    data = skippable + COMPRESSORS["zstd"](b"a") + skippable + COMPRESSORS["zstd"](b"b")
    assert codec_of(data) == "zstd"
    assert [b"".join(member.chunks) for member in read_members(BytesIO(data), "f")] == [b"a", b"b"]


def test_a_damaged_member_is_told_and_the_next_found_even_behind_false_marks():
    first, last = gzip.compress(b"first"), gzip.compress(b"last")
    data = first + b"\x1f\x8b\x08" * 5_000 + last
    found = []
    for member in read_members(BytesIO(data), "f", lambda head: head.startswith((b"first", b"last"))):
        try:
            found.append((member.offset, b"".join(member.chunks)))
        except DamagedStreamError:
            found.append((member.offset, None))
    assert found == [(0, b"first"), (len(first), None), (len(data) - len(last), b"last")]


def test_heads_are_decoded_as_far_as_they_go():
    assert decode_head(b"plain") == b"plain"
    assert decode_head(gzip.compress(b"x" * 10_000)) == b"x" * 4096
    assert decode_head(gzip.compress(bytes(range(256)) * 100)[:100]) != b""
    assert decode_head(b"\x1f\x8b\x08 but no gzip") == b""
