"""Lists of numbers beside Parquet files, as builds write them (src/lake/number_list.hpp)."""
import array
import struct


def number_list(numbers):
    ascending = array.array("Q", sorted(numbers))
    return b"FVMNUMS1" + struct.pack("<Q", len(ascending)) + ascending.tobytes()
