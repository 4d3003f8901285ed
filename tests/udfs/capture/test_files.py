import gzip
import os
import pickle
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from udfs.capture.files import LEAST_PIECE_BYTES, InputFile, balance, divide, list_files
from udfs.capture.readers import read_file
from udfs.errors import InputError


@pytest.fixture
def tree(tmp_path):
    files = {
        "corpus/b.html": b"<p>b</p>",
        "corpus/a/deep/er/page.htm": b"<p>deep</p>",
        "corpus/a/文档 naïve.md": "# 标题\n".encode(),
        "corpus/a/[x].txt": b"brackets",
        "corpus/film.mov": b"\0\0\0\x20ftyp",
        "corpus/.hidden.html": b"<p>h</p>",
        "corpus/.git/config.txt": b"x",
        "corpus/node_modules/m/index.js": b"1",
        "corpus/__pycache__/m.py": b"1",
        "corpus/src/main.py": b"print(1)\n",
        "other/c.txt": b"c",
    }
    for name, data in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return tmp_path


def names(files, root):
    return [os.path.relpath(file.path, root) for file in files]


LISTED = ["corpus/a/[x].txt", "corpus/a/deep/er/page.htm", "corpus/a/文档 naïve.md", "corpus/b.html"]
LISTED += ["corpus/film.mov", "corpus/src/main.py"]


def test_a_folder_is_listed_with_all_below_but_hidden_and_built_things(tree):
    files = list_files([str(tree / "corpus")])
    assert names(files, tree) == LISTED
    assert [file.format for file in files] == ["text", "html", "markdown", "html", "unknown", "code"]
    assert [file.uri for file in files] == LISTED
    stat = (tree / "corpus/b.html").stat()
    assert (files[3].size, files[3].modified_ns) == (stat.st_size, stat.st_mtime_ns)


def test_the_order_and_the_overlap_of_paths_do_not_matter(tree):
    folder, file, other = str(tree / "corpus"), str(tree / "corpus/b.html"), str(tree / "other")
    expected = names(list_files([folder, other]), tree)
    assert names(list_files([other, folder]), tree) == expected
    assert names(list_files([other, folder, other, folder]), tree) == expected
    assert names(list_files([folder, file]), tree) == LISTED


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("corpus/*.html", ["corpus/b.html"]),
        ("corpus/**/*.htm*", ["corpus/a/deep/er/page.htm", "corpus/b.html"]),
        ("corpus/[ab].html", ["corpus/b.html"]),
        ("corpus/[!a].h?ml", ["corpus/b.html"]),
        ("corpus/s*", ["corpus/src/main.py"]),
        ("*/c.txt", ["other/c.txt"]),
        ("corpus/a/[x].txt", ["corpus/a/[x].txt"]),
    ],
)
def test_patterns(tree, pattern, expected):
    assert names(list_files([str(tree / pattern)]), tree) == expected


def test_a_named_hidden_file_is_listed(tree):
    [file] = list_files([str(tree / "corpus/.hidden.html")])
    assert (file.format, file.uri) == ("html", ".hidden.html")


def test_uris_list_and_read_as_paths_do(tree):
    uri = f"file://{tree}/corpus"
    files = list_files([uri])
    assert [file.path for file in files] == [f"file://{tree}/{name}" for name in LISTED]
    plain = list_files([str(tree / "corpus")])
    for file, same in zip(files, plain, strict=True):
        [there], [here] = list(read_file(file)), list(read_file(same))
        if file.format != "unknown":
            assert (there.payload, there.uri) == (here.payload, here.uri)


def test_relative_paths_become_absolute_ones(tree, monkeypatch):
    monkeypatch.chdir(tree)
    assert [file.path for file in list_files(["other"])] == [str(tree / "other/c.txt")]


def test_the_uri_of_a_file_does_not_depend_on_where_the_folder_lies(tree):
    (tree / "elsewhere").mkdir()
    os.rename(tree / "corpus", tree / "elsewhere/corpus")
    assert [file.uri for file in list_files([str(tree / "elsewhere/corpus/")])] == LISTED


@pytest.mark.parametrize(
    ("path", "hint"),
    [
        ("corpus/b.htm", "did you mean {}/corpus/b.html?"),
        ("corpsu", "did you mean {}/corpus?"),
        ("nowhere/at/all", "nor its folder"),
        ("corpus/*.pdf", "no file matches"),
        ("nowhere/*.pdf", "no file matches"),
    ],
)
def test_a_missing_path_is_named_with_the_nearest_one(tree, path, hint):
    with pytest.raises(InputError) as raised:
        list_files([str(tree / path)])
    assert raised.value.code == "INPUT_NO_SUCH_PATH"
    assert hint.format(tree) in raised.value.message


def test_links_in_a_circle_end(tree):
    (tree / "corpus/a/up").symlink_to(tree / "corpus", target_is_directory=True)
    assert names(list_files([str(tree / "corpus")]), tree) == LISTED


def test_an_empty_folder_lists_nothing(tmp_path):
    assert list_files([str(tmp_path)]) == []


def test_a_file_that_may_not_be_read_is_listed(tree, monkeypatch):
    def forbidden(name):
        raise PermissionError(name)

    monkeypatch.setattr("udfs.capture.files.open_file", forbidden)
    assert names(list_files([str(tree / "other")]), tree) == ["other/c.txt"]


SIZES = st.lists(st.integers(0, 10**10), max_size=60)


@given(SIZES, st.integers(1, 20), st.randoms())
def test_balance_divides_evenly_whatever_the_order(sizes, tasks, random):
    files = [InputFile(f"f{number:03}", size, 0, "html") for number, size in enumerate(sizes)]
    groups = balance(files, tasks)
    assert sorted(file.path for group in groups for file in group) == [file.path for file in files]
    assert len(groups) == min(tasks, len(files))
    shuffled = list(files)
    random.shuffle(shuffled)
    assert balance(shuffled, tasks) == groups
    if files:
        loads = [sum(file.size + (256 << 10) for file in group) for group in groups]
        # Graham 1969: a list schedule exceeds the mean by less than the largest job.
        assert max(loads) <= sum(loads) / len(loads) + max(sizes) + (256 << 10)


def test_balance_does_not_put_many_small_files_beside_a_large_one():
    files = [InputFile("large", 100 << 20, 0, "warc")]
    files += [InputFile(f"small{number:03}", 10, 0, "html") for number in range(100)]
    assert sorted(len(group) for group in balance(files, 2)) == [1, 100]


def test_files_travel_to_other_processes(tree):
    files = list_files([str(tree)])
    assert pickle.loads(pickle.dumps(files)) == files
    items = [item for file in files for item in read_file(file)]
    assert pickle.loads(pickle.dumps(items)) == items


def test_file_names_of_any_script_reach_the_capture(tree):
    file = next(file for file in list_files([str(tree)]) if "文档" in file.path)
    [capture] = read_file(file)
    assert capture.uri == f"{Path(tree).name}/corpus/a/文档 naïve.md"


@pytest.mark.parametrize(
    ("name", "data", "divisible"),
    [
        ("a.jsonl", b'{"text": "a"}\n', True),
        ("b.jsonl", b'\xef\xbb\xbf \n{"text": "a"}\n', True),
        ("c.jsonl", b"\x00\x01\x02", False),
        ("d.jsonl.gz", gzip.compress(b'{"text": "a"}\n'), False),
        ("e.html", b"{", False),
    ],
)
def test_lines_that_are_not_compressed_may_be_divided(tmp_path, name, data, divisible):
    (tmp_path / name).write_bytes(data)
    [file] = list_files([str(tmp_path / name)])
    assert file.divisible == divisible


@given(
    st.lists(st.tuples(st.integers(0, 300), st.booleans()), min_size=1, max_size=6),
    st.integers(1, 20),
)
def test_pieces_cover_their_files_and_none_is_far_beyond_a_share(sizes, tasks):
    files = [
        InputFile(f"{number}", mebibytes << 20, 0, "jsonl", divisible=divisible)
        for number, (mebibytes, divisible) in enumerate(sizes)
    ]
    pieces = divide(files, tasks)
    share = max(sum(file.size for file in files) / tasks, LEAST_PIECE_BYTES)
    for file in files:
        own = [piece for piece in pieces if piece.path == file.path]
        assert sum(piece.length for piece in own) == file.size
        if file.divisible and len(own) > 1:
            assert [piece.start for piece in own] == [0, *(piece.end for piece in own[:-1])]
            assert all(piece.length > LEAST_PIECE_BYTES / 2 for piece in own)
        assert not file.divisible or all(piece.length < 2 * share for piece in own)
    assert len(balance(pieces, tasks)) <= tasks
