#!/usr/bin/env python3
"""Writes frames.hex: one golden frame per line, made with a MessagePack library that is not ours.

Needs Debian's python3-msgpack. A golden frame never changes: add lines, do not edit any. Usage:
    /usr/bin/python3 make_frames.py > frames.hex
"""
import struct

import msgpack

TOPIC = "orders"
MAX_U64 = 2**64 - 1


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = (crc >> 1) ^ (0x82F63B78 if crc & 1 else 0)
    return crc ^ 0xFFFFFFFF


def pack(value):
    return msgpack.packb(value, use_bin_type=True)


def batch(records, base_timestamp, max_timestamp, base_offset=0, term=0, producer=(-1, -1, -1)):
    body = b"".join(pack(record) for record in records)
    count = len(records)
    covered = struct.pack("<iBBHiqqqiiiI", 72 + len(body), 1, 0, 0, count - 1, base_timestamp, max_timestamp,
                          *producer, count, 0) + body
    return struct.pack("<qQI", base_offset, term, crc32c(covered)) + covered


def compacted(original, records):
    """A batch out of which a broker took all but these records, which carry their offset deltas."""
    body = struct.pack("<Ii", *struct.unpack_from("<Ii", original, 16)) + b"".join(pack(record) for record in records)
    covered = (struct.pack("<i", 72 + len(body)) + original[24:26] + struct.pack("<H", 1 << 8) + original[28:64]
               + struct.pack("<i", len(records)) + original[68:72] + body)
    return original[:16] + struct.pack("<I", crc32c(covered)) + covered


def frame(fields):
    payload = pack(fields)
    return struct.pack("<I", len(payload)) + payload


ONE = batch([[0, None, b"hello", None]], 1700000000000, 1700000000000, producer=(7, 0, 0))
TWO = batch([[0, b"k1", b"v1", {"trace": b"\x01\x02", "empty": None}], [-5, b"", None, None], [300, None, bytes(40), None]],
            1700000000000, 1700000000300, base_offset=41, term=3, producer=(2**40, 2, 2**31 - 2))

COMPACTED = compacted(TWO, [[0, b"k1", b"v1", {"trace": b"\x01\x02", "empty": None}, 0], [300, None, bytes(40), None, 2]])
DEAD = compacted(TWO, [])

APIS = [[key, 1, 1] for key in range(10)]

FRAMES = {
    "HandshakeRequest": [0, 1, 1, "golden", "0.1.0"],
    "HandshakeResponse": [1, 0, 2, "cluster-1", "0.1.0", 8388608, 1048576, APIS],
    "MetadataRequest": [1, 1, 2, [TOPIC, "a.b_c-d"]],
    "MetadataRequest.All": [1, 1, 2**32 - 1, None],
    "MetadataResponse": [2, 0, "cluster-1", 3, 2**33, [[1, "127.0.0.1", 9400], [2, "b2", 65535]],
                         [[TOPIC, 0, 3, [[0, 1, 5, [1, 2, 3]], [1, 0, MAX_U64, []]]], ["gone", 11, 0, []]]],
    "CreateTopicRequest": [2, 1, 3, TOPIC, 6, 3, 30000],
    "CreateTopicRequest.Config": [2, 1, 13, TOPIC, 6, 3, 30000, {"cleanup": "compact", "retention.bytes": "64MiB"}],
    "CreateTopicResponse": [3, 0, 6, 3],
    "DeleteTopicRequest": [3, 1, 4, TOPIC, 70000],
    "DeleteTopicResponse": [4, 0],
    "DescribeTopicRequest": [4, 1, 5, TOPIC],
    "DescribeTopicResponse": [5, 0, TOPIC, 3, [[0, 1, 5, [1, 2, 3], 0, 2**40], [1, 0, 0, [3], -1, -1]]],
    "DescribeTopicResponse.Config": [14, 0, TOPIC, 1, [], {"durability": "disk", "retention.time": "7d"}],
    "ProduceRequest": [5, 1, 6, TOPIC, 3, 2, 30000, ONE],
    "ProduceResponse": [6, 0, 2**32, False],
    "ProduceResponse.Duplicate": [7, 0, 42, True],
    "FetchRequest": [6, 1, 8, 500, 1, 4194304, [[TOPIC, 0, 0, 1048576], ["logs", 7, 2**35, 65536]]],
    "FetchResponse": [8, 0, [[TOPIC, 0, 0, 44, 41, [TWO, ONE]], ["logs", 7, 17, -1, -1, []]]],
    "ListOffsetsRequest": [7, 1, 9, [[TOPIC, 0, -1], [TOPIC, 1, -2], ["logs", 2, 1700000000000]]],
    "ListOffsetsResponse": [9, 0, [[TOPIC, 0, 0, 44, -1], [TOPIC, 1, 12, -1, -1], ["logs", 2, 0, 9, 1700000000001]]],
    "ClusterStatusRequest": [8, 1, 10],
    "ClusterStatusResponse": [10, 0, "cluster-1", 2, "0.1.0", 123456789, 1,
                              [[1, "127.0.0.1", 9400, "127.0.0.1:9401", "127.0.0.1:9402", True],
                               [2, "127.0.0.1", 9410, "127.0.0.1:9411", "127.0.0.1:9412", False]],
                              [[0, "", 0, 3, 5, 2, 100, 99, 101, 0, 0, 0, 4096],
                               [17, TOPIC, 3, 4, 6, 0, MAX_U64, 2**33, 2**34, 41, 44, 0xE3069283, 2**41]]],
    "InitProducerRequest": [9, 1, 11, "golden"],
    "InitProducerResponse": [11, 0, 2**40, 2],
    "GetRequest": [10, 1, 13, TOPIC, 3, b"k1", 30000],
    "GetResponse": [13, 0, 41, COMPACTED],
    "GetResponse.None": [14, 0, -1, b""],
    "AlterTopicRequest": [11, 1, 15, TOPIC, 30000, {"retention.time": "1d", "cleanup": "default"}],
    "AlterTopicResponse": [15, 0, {"cleanup": "delete", "retention.time": "1d"}],
    "MovePartitionRequest": [15, 1, 16, TOPIC, 3, [1, 4, 5], 30000],
    "MovePartitionResponse": [16, 0, [1, 4, 5], True],
    "ListMovesRequest": [16, 1, 17],
    "ListMovesResponse": [17, 0, [[TOPIC, 3, [1, 2, 3], [1, 4, 5], 1700000000000, 2, [[4, 1000, 2**33], [5, 0, 0]]]]],
    "RebalanceRequest": [17, 1, 18, True, 30000],
    "RebalanceResponse": [18, 0, [[TOPIC, 3, [1], [4], 0, 0, []]]],
    "ResizeTopicRequest": [18, 1, 19, TOPIC, 12, 3, 30000],
    "ResizeTopicResponse": [19, 0, 12, 3],
    "ErrorBody": [12, 17, "Partition orders/3 is led by broker 2, and this is broker 1.", 50],
    "ErrorBody.Leader": [
        12, 17, "Partition orders/3 is led by broker 2, and this is broker 1.", 0, [2, 7, "10.0.0.2", 9400]],
}

if __name__ == "__main__":
    for name, fields in FRAMES.items():
        print(f"{name} {frame(fields).hex()}")
    print(f"Batch.One {ONE.hex()}")
    print(f"Batch.Two {TWO.hex()}")
    print(f"Batch.Compacted {COMPACTED.hex()}")
    print(f"Batch.Dead {DEAD.hex()}")
