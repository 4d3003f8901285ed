import pytest
from pyarrow import fs

from udfs.capture import storage
from udfs.capture.storage import locate, open_file


@pytest.mark.parametrize(
    ("name", "path", "listed"),
    [
        ("/Volumes/main/raw/a.html", "/Volumes/main/raw/a.html", "/Volumes/main/raw/a.html"),
        ("/data/x/../a b%20c.html", "/data/a b%20c.html", "/data/a b%20c.html"),
        ("file:///data/a b%20c.html", "/data/a b%20c.html", "file:///data/a b%20c.html"),
        ("file:/data/a.html", "/data/a.html", "file:///data/a.html"),
        ("dbfs:/Volumes/main/raw", "/Volumes/main/raw", "/Volumes/main/raw"),
        ("dbfs:/mnt/raw", "/dbfs/mnt/raw", "/dbfs/mnt/raw"),
        ("C:/x:y", None, None),
    ],
)
def test_local_names(name, path, listed):
    location = locate(name)
    assert isinstance(location.filesystem, fs.LocalFileSystem)
    if path:
        assert location.path == path
        assert location.name(location.path) == listed


@pytest.mark.parametrize(
    ("name", "root", "base", "path", "listed"),
    [
        ("s3://bucket/a/b c.gz", "s3://bucket/", "bucket", "bucket/a/b c.gz", "s3://bucket/a/b c.gz"),
        ("s3a://bucket/a", "s3://bucket/", "bucket", "bucket/a", "s3://bucket/a"),
        ("s3://bucket", "s3://bucket/", "bucket", "bucket", "s3://bucket/"),
        ("hdfs://node:8020/a/b", "hdfs://node:8020/", "/", "/a/b", "hdfs://node:8020/a/b"),
        ("abfss://c@acc.example/a", "abfss://c@acc.example/", "c", "c/a", "abfss://c@acc.example/a"),
    ],
)
def test_names_of_object_stores(monkeypatch, name, root, base, path, listed):
    asked = []
    store = fs.LocalFileSystem()

    def remote(uri):
        asked.append(uri)
        return store, base

    monkeypatch.setattr(storage, "_remote", remote)
    location = locate(name)
    assert asked == [root]
    assert location.path == path
    assert location.name(path) == listed


def test_files_open_for_seeking(tmp_path):
    (tmp_path / "a").write_bytes(b"0123456789")
    with open_file(f"file://{tmp_path}/a") as file:
        file.seek(5)
        assert file.read(2) == b"56"
    with pytest.raises(FileNotFoundError):
        open_file(str(tmp_path / "b"))
