"""Parquet files with named columns, read row group by row group."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa
import pyarrow.parquet as pq

from udfs.capture.files import InputFile
from udfs.capture.records import Malformed, ReadOptions, Record
from udfs.capture.rows import row_capture, wanted_fields

_BATCH_ROWS = 64
_CHECK_BYTES = 4 << 20


def read_parquet(stream: pa.NativeFile, file: InputFile, options: ReadOptions) -> Iterator[Record]:
    """Read all rows of a Parquet file; every row gives one item, its offset being the row number from 0.

    Parameters
    ----------
    stream : pyarrow.NativeFile
        Seekable.
    file : InputFile
        What `stream` is.
    options : ReadOptions
        Names of columns, and limits.

    Yields
    ------
    Capture or Malformed
        ``damaged_file`` where there is no readable schema, ``no_text_field`` once for a file that has no text column,
        ``damaged_row_group`` for the rest of a row group that cannot be decoded, and the reasons of
        `udfs.capture.rows.row_capture`.

    Raises
    ------
    OSError
        The store cannot be read; other than damaged data, that is worth another try.
    """
    try:
        table = pq.ParquetFile(stream, page_checksum_verification=True)
    except (pa.ArrowException, OSError) as error:
        _require_readable(stream, 0, file.size)
        yield Malformed(file.path, 0, "damaged_file", str(error))
        return
    names = table.schema_arrow.names
    if not {*options.html_fields, *options.text_fields} & set(names):
        detail = f"{table.metadata.num_rows} rows, no text among the columns {', '.join(names)}"
        yield Malformed(file.path, 0, "no_text_field", detail)
        return
    columns = sorted(wanted_fields(options) & set(names))
    start = 0
    for group in range(table.num_row_groups):
        metadata = table.metadata.row_group(group)
        done = 0
        try:
            for batch in table.iter_batches(_BATCH_ROWS, row_groups=[group], columns=columns):
                for row in batch.to_pylist():
                    number = start + done
                    done += 1
                    yield row_capture(row, file, number, number + 1, b"", options)
        except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
            _require_readable(stream, *_byte_range(metadata))
            detail = f"rows {start + done} to {start + metadata.num_rows - 1}: {error}"
            yield Malformed(file.path, start + done, "damaged_row_group", detail)
        start += metadata.num_rows


def _byte_range(group: pq.RowGroupMetaData) -> tuple[int, int]:
    columns = [group.column(index) for index in range(group.num_columns)]
    starts = [column.dictionary_page_offset or column.data_page_offset for column in columns]
    return min(starts), sum(column.total_compressed_size for column in columns)


def _require_readable(stream: pa.NativeFile, start: int, size: int) -> None:
    """Read the raw bytes, so that a failing store is told from damaged data."""
    stream.seek(start)
    while size > 0 and (data := stream.read(min(size, _CHECK_BYTES))):
        size -= len(data)
