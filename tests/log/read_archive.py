"""Prints an archive's records as hexadecimal LogRecords, one a line.

Proof that two standard libraries suffice: given the generated archive_pb2,
LogRecord.FromString(record) would be the second one.
"""
import io
import pathlib
import sys

import zstandard

for path in sorted(pathlib.Path(sys.argv[1]).glob("*.zst")):
    with open(path, "rb") as file:
        reader = zstandard.ZstdDecompressor().stream_reader(file, read_across_frames=True)
        content = io.BytesIO(reader.read())
    while byte := content.read(1):
        size, shift = byte[0] & 127, 7
        while byte[0] & 128:
            byte = content.read(1)
            size, shift = size | (byte[0] & 127) << shift, shift + 7
        print(content.read(size).hex())
