#!/usr/bin/env python3
"""A ClusterLog client in Python, on nothing but a stock MessagePack library and docs/protocol.md.

Usage: client.py HOST:PORT TOPIC COUNT
Creates TOPIC with 3 partitions unless it exists, produces COUNT records, fetches them back and compares. Then the same
with a compacted topic of one partition, TOPIC-keys, whose keys are asked for.
"""
import pathlib
import socket
import struct
import sys
import time

import msgpack

HANDSHAKE, METADATA, CREATE_TOPIC, PRODUCE, FETCH, INIT_PRODUCER, GET = 0, 1, 2, 5, 6, 9, 10
TOPIC_ALREADY_EXISTS = 13
KEY_REQUIRED = 31
GOLDEN = pathlib.Path(__file__).resolve().parent.parent / "ClusterLog.Protocol.Tests/Golden/frames.hex"
TRANSIENT = {7, 8, 9, 10, 17, 18, 26, 27, 28}

CRC_TABLE = []
for byte in range(256):
    for _ in range(8):
        byte = byte >> 1 ^ (0x82F63B78 if byte & 1 else 0)
    CRC_TABLE.append(byte)


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc = CRC_TABLE[(crc ^ byte) & 0xFF] ^ crc >> 8
    return crc ^ 0xFFFFFFFF


class BrokerError(Exception):
    def __init__(self, code, message):
        super().__init__(f"error {code}: {message}")
        self.code = code


class Connection:
    """One connection to one broker: a request, then its response."""

    def __init__(self, host, port):
        self.socket = socket.create_connection((host, port), timeout=30)
        self.correlation = 0
        self.call(HANDSHAKE, "python-interop", "1")

    def call(self, api, *body):
        self.correlation += 1
        frame = msgpack.packb([api, 1, self.correlation, *body])
        self.socket.sendall(struct.pack("<I", len(frame)) + frame)
        (length,) = struct.unpack("<I", self.receive(4))
        correlation, error, *answer = msgpack.unpackb(self.receive(length))
        assert correlation == self.correlation, (correlation, self.correlation)
        if error:
            raise BrokerError(error, answer[0])
        return answer

    def receive(self, count):
        data = bytearray()
        while len(data) < count:
            piece = self.socket.recv(count - len(data))
            if not piece:
                raise ConnectionError("the broker closed the connection")
            data += piece
        return bytes(data)


def encode_batch(values, producer_id, epoch, sequence):
    return encode_keyed([(None, value) for value in values], producer_id, epoch, sequence)


def encode_keyed(pairs, producer_id, epoch, sequence):
    now = int(time.time() * 1000)
    records = b"".join(msgpack.packb([0, key, value, None]) for key, value in pairs)
    covered = struct.pack(
        "<iBBHiqqqiiiI", 72 + len(records), 1, 0, 0, len(pairs) - 1, now, now,
        producer_id, epoch, sequence, len(pairs), 0) + records
    return struct.pack("<qQI", 0, 0, crc32c(covered)) + covered


def decode_batch(batch):
    base_offset, _, crc, length, attributes, last_delta = struct.unpack_from("<qQIixxHi", batch)
    (count,) = struct.unpack_from("<i", batch, 64)
    compacted = bool(attributes & 1 << 8)
    assert length == len(batch) and crc == crc32c(batch[20:]), "a damaged batch"
    unpacker = msgpack.Unpacker()
    unpacker.feed(batch[80 if compacted else 72:])
    records = [(base_offset + (record[4] if compacted else i), record[1], record[2])
               for i, record in zip(range(count), unpacker)]
    return records, base_offset + last_delta + 1


class Client:
    def __init__(self, host, port):
        self.bootstrap = Connection(host, port)
        self.connections = {}

    def leader(self, topic, partition):
        _, _, _, brokers, topics = self.bootstrap.call(METADATA, [topic])
        _, error, _, partitions = topics[0]
        if error:
            raise BrokerError(error, topic)
        leader = partitions[partition][1]
        addresses = {broker[0]: (broker[1], broker[2]) for broker in brokers}
        if leader not in addresses:
            raise BrokerError(18, "no leader")
        if leader not in self.connections:
            self.connections[leader] = Connection(*addresses[leader])
        return self.connections[leader]

    def at_leader(self, topic, partition, api, *body):
        for attempt in range(100):
            try:
                return self.leader(topic, partition).call(api, *body)
            except BrokerError as error:
                if error.code not in TRANSIENT:
                    raise
                time.sleep(min(1.0, 0.02 * 2 ** attempt))
        raise TimeoutError(f"{topic}/{partition} stayed unavailable")


def create(client, topic, partitions, *config):
    try:
        client.bootstrap.call(CREATE_TOPIC, topic, partitions, 0, 10_000, *config)
    except BrokerError as error:
        if error.code != TOPIC_ALREADY_EXISTS:
            raise


def check_compacted_batches():
    """Batches out of which a broker took records: offsets have holes, and the next batch is told by the header."""
    golden = dict(line.split() for line in GOLDEN.read_text().splitlines())
    records, following = decode_batch(bytes.fromhex(golden["Batch.Compacted"]))
    assert records == [(41, b"k1", b"v1"), (43, None, bytes(40))] and following == 44, (records, following)
    assert decode_batch(bytes.fromhex(golden["Batch.Dead"])) == ([], 44)


def check_keys(client, topic, count):
    create(client, topic, 1, {"cleanup": "compact"})
    producer_id, epoch = client.bootstrap.call(INIT_PRODUCER, "python-interop")
    pairs = [(b"key-%d" % (i % 10), f"value {i}".encode()) for i in range(count)] + [(b"key-0", None)]
    client.at_leader(topic, 0, PRODUCE, topic, 0, 2, 10_000, encode_keyed(pairs, producer_id, epoch, 0))
    for key, value in dict(pairs).items():
        offset, batch = client.at_leader(topic, 0, GET, topic, 0, key, 10_000)
        if value is None:
            assert (offset, batch) == (-1, b""), (offset, batch)
        else:
            records, _ = decode_batch(batch)
            assert [record[1:] for record in records if record[0] == offset] == [(key, value)], (offset, records)
    try:
        client.at_leader(topic, 0, PRODUCE, topic, 0, 2, 10_000, encode_batch([b"no key"], -1, -1, -1))
        raise AssertionError("a record without a key was stored")
    except BrokerError as error:
        assert error.code == KEY_REQUIRED, error


def main(address, topic, count):
    host, port = address.rsplit(":", 1)
    client = Client(host, int(port))
    check_compacted_batches()
    check_keys(client, f"{topic}-keys", max(20, count))
    create(client, topic, 3)
    producer_id, epoch = client.bootstrap.call(INIT_PRODUCER, "python-interop")
    for partition in range(3):
        sent = [f"{topic} {partition} {i} é".encode() for i in range(count)]
        batch = encode_batch(sent, producer_id, epoch, 0)
        offset, duplicate = client.at_leader(topic, partition, PRODUCE, topic, partition, 2, 10_000, batch)
        again, is_again = client.at_leader(topic, partition, PRODUCE, topic, partition, 2, 10_000, batch)
        assert (again, duplicate, is_again) == (offset, False, True), (offset, again, duplicate, is_again)
        received = []
        position = offset
        while position < offset + count:
            (answer,) = client.at_leader(
                topic, partition, FETCH, 1000, 1, 1 << 20, [[topic, partition, position, 1 << 20]])
            _, _, error, high_watermark, _, batches = answer[0]
            assert error == 0 and high_watermark >= offset + count, answer[0][:5]
            for fetched in batches:
                records, following = decode_batch(fetched)
                received += [value for at, _, value in records if at >= position]
                position = following
        assert received == sent, "what came back is not what was sent"
    print(f"ok: {3 * count} records of {topic} came back as they were sent")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
