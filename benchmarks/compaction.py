#!/usr/bin/env python3
"""Compaction of one broker: time, memory, space before and after; every read while it runs is checked.

Usage: compaction.py [RECORDS [KEYS]] [--deleted PERCENT]   (default 10,000,000 over 1,000,000, none deleted)

The records are loaded while compaction is off. Then the broker is started again with compaction on and unhurried by a
rate; meanwhile the topic is read from its start again and again, and keys are asked for: the latest record of each key
must be there, and nothing else than what was written at its offset's place in order.

With --deleted so many of the keys are deleted at the end, in a topic of one partition whose tombstone.grace is a second. It
goes on until their marks are gone too, and no deleted key may be answered then, or come back. Needs Python's msgpack.
"""
import argparse
import pathlib
import random
import subprocess
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "chaos-tests"))
import cluster as harness  # noqa: E402
from cluster import Cluster, say, wait_for  # noqa: E402

TOPIC = "table"
PARTITIONS = 4
SEGMENTS = ["--set", "Storage.SegmentBytesMax=16 MiB"]
OFF = [*SEGMENTS, "--set", "Compaction.Interval=24 h"]
ON = [*SEGMENTS, "--set", "Compaction.Interval=1 s", "--set", "Compaction.BytesPerSecond=1 TiB",
      "--set", "Compaction.DirtyPercentMin=10", "--set", "Compaction.SegmentAgeMax=1 s"]
VALUE = "x" * 80


def status_of(process, name):
    lines = pathlib.Path(f"/proc/{process.pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(name)) / 1024


def space_mib(cluster):
    files = (path for path in (cluster.data(1) / "segments").rglob("*.log"))
    return sum(path.stat().st_size for path in files) / (1 << 20)


def settled(cluster):
    """The space once nothing has been written for a while: what is small waits some seconds for a segment write."""
    sizes = [space_mib(cluster)]

    def is_settled():
        time.sleep(1)
        sizes.append(space_mib(cluster))
        return len(sizes) > 10 and len(set(sizes[-10:])) == 1

    wait_for("the segments being written", is_settled, 120)
    return sizes[-1]


def load(cluster, records, keys):
    """Sends numbered records of random keys; returns the latest number of each key."""
    latest = {}
    rng = random.Random(1)
    started = time.monotonic()
    producing = subprocess.Popen(
        cluster.command("produce", TOPIC, "--key-separator", ":", "--output", "json"),
        stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
    for first in range(0, records, 10_000):
        lines = []
        for number in range(first, min(first + 10_000, records)):
            key = rng.randrange(keys)
            latest[key] = number
            lines.append(f"key-{key}:{number} {VALUE}\n")
        producing.stdin.write("".join(lines))
    producing.stdin.close()
    if producing.wait() != 0:
        sys.exit("FAILED: the records were not all acknowledged")
    seconds = time.monotonic() - started
    say(f"{records:,} records over {len(latest):,} keys loaded in {seconds:.0f} s ({records / seconds:,.0f}/s)")
    return latest


def delete(cluster, latest, percent):
    """Deletes some of the keys, by a client of its own: the command line sends no record without a value."""
    sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "tests" / "interop"))
    import client as raw  # pylint: disable=import-outside-toplevel

    client = raw.Client("127.0.0.1", cluster.port(1))
    producer, epoch = client.bootstrap.call(raw.INIT_PRODUCER, "compaction-benchmark")
    deleted = random.Random(2).sample(sorted(latest), len(latest) * percent // 100)
    for first in range(0, len(deleted), 1000):
        marks = [(f"key-{key}".encode(), None) for key in deleted[first:first + 1000]]
        batch = raw.encode_keyed(marks, producer, epoch, first)
        client.at_leader(TOPIC, 0, raw.PRODUCE, TOPIC, 0, 2, 10_000, batch)
    for key in deleted:
        del latest[key]
    say(f"{len(deleted):,} keys deleted")
    return deleted


def check_deleted(cluster, latest, deleted):
    """Waits until the marks of deleted keys are gone, and asks for some of those keys."""
    started = time.monotonic()
    wait_for("the marks of deleted keys being gone", lambda: read_all(cluster, latest) == len(latest), 600)
    seconds = time.monotonic() - started
    for key in random.Random(3).sample(deleted, min(20, len(deleted))):
        asked = subprocess.run(cluster.command("get", TOPIC, f"key-{key}"), capture_output=True, text=True, check=False)
        if asked.returncode != 1 or asked.stdout:
            sys.exit(f"FAILED: get of deleted key-{key} gave {asked.returncode}, {asked.stdout!r}")
    print(f"deleted: {len(deleted):,} keys and their marks are gone {seconds:.0f} s after that", flush=True)


def read_all(cluster, latest):
    """Reads the topic, checks it, and returns how many records there are."""
    reading = subprocess.Popen(
        cluster.command("consume", TOPIC, "--key-separator", ":"), stdout=subprocess.PIPE, text=True, bufsize=1 << 20)
    found, count = {}, 0
    for line in reading.stdout:
        key, _, rest = line.partition(":")
        if rest == "\n":
            found.pop(int(key[4:]), None)
            count += 1
            continue
        number, value = rest.rstrip("\n").split(" ")
        number, key = int(number), int(key[4:])
        if value != VALUE or found.get(key, -1) >= number:
            sys.exit(f"FAILED: {line!r} after number {found.get(key)} of its key")
        found[key] = number
        count += 1
    if reading.wait() != 0 or found != latest:
        wrong = [(key, found.get(key), number) for key, number in latest.items() if found.get(key) != number][:5]
        sys.exit(f"FAILED: the latest records are not those that were written: (key, found, expected) {wrong}")
    return count


def get_some(cluster, latest, count):
    for key in random.Random(count).sample(sorted(latest), count):
        found = cluster.cli("get", TOPIC, f"key-{key}")
        if found["value"] != f"{latest[key]} {VALUE}":
            sys.exit(f"FAILED: get of key-{key} gave {found}, expected number {latest[key]}")


def compact(cluster, latest, partitions):
    """Starts the broker with compaction on, and reads until it has compacted everything."""
    cluster.kill(1, harness.signal.SIGTERM)
    cluster.extra = ON
    started = time.monotonic()
    cluster.start(1)
    cluster.wait_ready()
    say(f"started again in {time.monotonic() - started:.1f} s")
    sizes, done = [], threading.Event()

    def watch():
        while not done.wait(0.5):
            sizes.append((time.monotonic() - started, space_mib(cluster), status_of(cluster.processes[1], "VmRSS")))

    watching = threading.Thread(target=watch)
    watching.start()
    reads = 0
    while cluster.log(1).count(" was compacted up to offset ") < partitions or reads == 0:
        count = read_all(cluster, latest)
        get_some(cluster, latest, 20)
        reads += 1
        say(f"read {reads} while it compacts: {count:,} records, all right")
    done.set()
    watching.join()
    last = next(seconds for seconds, size, _ in sizes if size == sizes[-1][1])
    print(f"compaction: {last:.0f} s from the start to the last change, {reads} whole reads meanwhile,"
          f" at most {max(memory for _, _, memory in sizes):.0f} MiB resident", flush=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("records", nargs="?", type=int, default=10_000_000)
    parser.add_argument("keys", nargs="?", type=int, default=1_000_000)
    parser.add_argument("--deleted", type=int, default=0, metavar="PERCENT")
    arguments = parser.parse_args()
    records, keys = arguments.records, arguments.keys
    partitions = 1 if arguments.deleted else PARTITIONS
    harness.build()
    with Cluster(size=1, extra=OFF) as cluster:
        cluster.cli("topic", "create", TOPIC, "--partitions", str(partitions), "--replicas", "1",
                    "--config", "cleanup=compact", "--config", "tombstone.grace=1s")
        latest = load(cluster, records, keys)
        deleted = delete(cluster, latest, arguments.deleted) if arguments.deleted else []
        before = settled(cluster)
        say(f"{before:.0f} MiB of segments, {status_of(cluster.processes[1], 'VmRSS'):.0f} MiB resident")
        started = time.monotonic()
        get_some(cluster, latest, 20)
        say(f"20 keys asked for in {time.monotonic() - started:.1f} s, a process each")
        compact(cluster, latest, partitions)
        if deleted:
            check_deleted(cluster, latest, deleted)
        started = time.monotonic()
        count = read_all(cluster, latest)
        seconds = time.monotonic() - started
        index = sum(path.stat().st_size for path in (cluster.data(1) / "keys").rglob("*") if path.is_file()) / (1 << 20)
        print(f"space: {before:.0f} MiB before, {space_mib(cluster):.0f} MiB after, {index:.0f} MiB of key index;"
              f" {count:,} of {records:,} records left for {len(latest):,} keys, read in {seconds:.1f} s", flush=True)


if __name__ == "__main__":
    sys.exit(main())
