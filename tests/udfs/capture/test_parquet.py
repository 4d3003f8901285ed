import io
from datetime import UTC, datetime

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from warc_builder import noise

from udfs.capture.files import InputFile
from udfs.capture.parquet import read_parquet
from udfs.capture.records import Capture, ReadOptions


def parquet(columns, **how):
    out = io.BytesIO()
    pq.write_table(pa.table(columns), out, **how)
    return out.getvalue()


def read(data, **options):
    file = InputFile("f.parquet", len(data), 0, "parquet", "f.parquet")
    return list(read_parquet(pa.BufferReader(data), file, ReadOptions(**options)))


def test_a_row_carries_all_that_its_columns_say():
    time = datetime(2024, 5, 6, 7, tzinfo=UTC)
    columns = {"text": ["文本"], "url": ["https://a.test/"], "id": [5], "date": [time], "license": ["MIT"], "x": [1]}
    [item] = read(parquet(columns))
    assert (item.payload.decode(), item.uri, item.record_id) == ("文本", "https://a.test/", "5")
    assert (item.captured_at, item.license, item.charset, item.media_type) == (time, "MIT", "utf-8", "text/plain")


def test_binary_html_is_kept_as_it_is():
    [item] = read(parquet({"html": [b"<p>\xff</p>"], "text": ["x"]}))
    assert (item.payload, item.charset, item.media_type) == (b"<p>\xff</p>", None, "text/html")


def test_every_row_gives_one_item_and_offsets_are_row_numbers():
    texts = [f"row {number}" if number % 7 else None for number in range(300)]
    items = read(parquet({"text": texts}, row_group_size=70))
    assert [item.offset for item in items] == list(range(300))
    assert [item.payload.decode() if isinstance(item, Capture) else item.reason for item in items] == [
        text or "no_text_field" for text in texts
    ]


def test_a_file_without_a_text_column_is_one_malformed_item():
    [item] = read(parquet({"label": [1, 2]}))
    assert item.reason == "no_text_field"
    assert "2 rows" in item.detail
    assert "label" in item.detail


@pytest.mark.parametrize("data", [b"PAR1", b"PAR1" + b"\0" * 100 + b"PAR1", b"nothing of the kind"])
def test_a_damaged_file_is_one_malformed_item(data):
    assert [item.reason for item in read(data)] == ["damaged_file"]


@pytest.mark.parametrize("compression", ["none", "gzip", "zstd", "snappy"])
def test_a_damaged_row_group_costs_its_own_rows(compression):
    texts = [noise(200, number).decode() for number in range(400)]
    how = {"compression": compression, "write_page_checksum": True, "write_statistics": False, "use_dictionary": False}
    data = bytearray(parquet({"text": texts}, row_group_size=100, **how))
    column = pq.ParquetFile(io.BytesIO(bytes(data))).metadata.row_group(1).column(0)
    middle = column.data_page_offset + column.total_compressed_size // 2
    data[middle : middle + 40] = b"\xff" * 40
    items = read(bytes(data))
    captured = [item.offset for item in items if isinstance(item, Capture)]
    assert captured == [*range(100), *range(200, 400)]
    [bad] = [item for item in items if not isinstance(item, Capture)]
    assert (bad.reason, bad.offset) == ("damaged_row_group", 100)
    assert "rows 100 to 199" in bad.detail


def test_a_failing_store_is_no_damaged_data():
    class Failing(io.BytesIO):
        def read(self, size=-1):
            if self.tell() < 1000 and size > 0:
                raise OSError("connection reset")
            return super().read(size)

    data = parquet({"text": [str(number) * 100 for number in range(2000)]}, compression="none")
    file = InputFile("f.parquet", len(data), 0, "parquet", "f.parquet")
    with pytest.raises(OSError, match="connection reset"):
        list(read_parquet(pa.PythonFile(Failing(data), mode="r"), file, ReadOptions()))
