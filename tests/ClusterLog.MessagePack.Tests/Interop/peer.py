"""Answers questions about MessagePack by the msgpack package, so that tests can compare it with ClusterLog's codec.

Reads one question a line and answers each with one line:
    decode HEX   ->  ok TAGGED     what the bytes hold
    encode TAGGED -> ok HEX        the value in msgpack's encoding
    recode HEX   ->  ok HEX        decoded and encoded again
or "error TEXT". TAGGED is JSON as MessagePackValue.ToString writes it.
"""

import json
import struct
import sys

import msgpack


def tag(value):
    if value is None:
        return ["n"]
    if isinstance(value, bool):
        return ["b", value]
    if isinstance(value, int):
        return ["i", str(value)]
    if isinstance(value, float):
        return ["f", "nan" if value != value else struct.pack(">d", value).hex()]
    if isinstance(value, str):
        return ["s", value.encode().hex()]
    if isinstance(value, bytes):
        return ["x", value.hex()]
    if isinstance(value, msgpack.Timestamp):
        return ["t", str(value.seconds), value.nanoseconds]
    if isinstance(value, msgpack.ExtType):
        return ["e", value.code, value.data.hex()]
    if isinstance(value, list):
        return ["a", [tag(item) for item in value]]
    if isinstance(value, dict):
        return ["m", [[tag(key), tag(item)] for key, item in value.items()]]
    raise TypeError(f"no tag for {type(value)}")


def untag(tagged):
    kind, rest = tagged[0], tagged[1:]
    if kind == "n":
        return None
    if kind == "b":
        return rest[0]
    if kind == "i":
        return int(rest[0])
    if kind == "f":
        return float("nan") if rest[0] == "nan" else struct.unpack(">d", bytes.fromhex(rest[0]))[0]
    if kind == "s":
        return bytes.fromhex(rest[0]).decode()
    if kind == "x":
        return bytes.fromhex(rest[0])
    if kind == "t":
        return msgpack.Timestamp(int(rest[0]), rest[1])
    if kind == "e":
        return msgpack.ExtType(rest[0], bytes.fromhex(rest[1]))
    if kind == "a":
        return [untag(item) for item in rest[0]]
    if kind == "m":
        return {untag(key): untag(item) for key, item in rest[0]}
    raise ValueError(f"no such tag: {kind}")


def decode(text):
    # strict_map_key would refuse keys that are neither text nor bytes; timestamp=0 keeps nanoseconds.
    return msgpack.unpackb(bytes.fromhex(text), raw=False, strict_map_key=False, timestamp=0)


def encode(value):
    return msgpack.packb(value, use_bin_type=True).hex()


def answer(line):
    question, _, argument = line.rstrip("\n").partition(" ")
    if question == "decode":
        return json.dumps(tag(decode(argument)), separators=(",", ":"))
    if question == "encode":
        return encode(untag(json.loads(argument)))
    if question == "recode":
        return encode(decode(argument))
    raise ValueError(f"no such question: {question}")


for line in sys.stdin:
    try:
        print("ok", answer(line))
    except Exception as error:  # Whatever goes wrong is the answer: the test that asked reports it.
        print("error", repr(error).replace("\n", " "))
