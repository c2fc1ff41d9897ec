#!/usr/bin/env python3
"""A broker that never comes back: five processes, records on all of them, one killed for good, and how long it takes until
others have all that it held; with how many bytes a second the brokers read for that, against the throttle.

Usage: lost_broker.py [MEGABYTES [THROTTLE_MIB [AFTER_SECONDS]]]   (default 400 MB of records, 8 MiB/s, 10 s)
Exit code 1 if a record is lost or doubled, a broker reads more than the throttle allows, or it is not done in 5 minutes.
"""
import subprocess
import sys
import time

import cluster as harness
from cluster import Cluster, arguments, say, wait_for

TOPIC = "lost"
PARTITIONS = 10
LINE_BYTES = 1000
LOST = 5
READ = "clusterlog_broker_catchup_bytes_total"


def describe(cluster):
    return cluster.cli("topic", "describe", TOPIC)["partitions"]


def moves(cluster):
    return cluster.cli("partition", "moves")["moves"]


def consume(cluster, topic, partition):
    return subprocess.run(cluster.command("consume", topic, "--partition", partition), check=True, stdout=subprocess.PIPE,
                          text=True).stdout


def main():
    given = arguments(__doc__, ("megabytes", 400), ("throttle", 8), ("after", 10))
    harness.build()
    extra = ["--set", f"Replication.CatchUpBytesPerSecondMax={given.throttle}MiB",
             "--set", f"Replication.ReplaceAfter={given.after}s", "--set", "Replication.MovesMax=4",
             "--set", "Storage.TailBytesMax=4MiB", "--set", "Storage.WalFileBytes=32MiB",
             "--set", "Storage.SegmentFlushInterval=200ms"]
    with Cluster(5, extra) as cluster:
        cluster.cli("topic", "create", TOPIC, "--partitions", str(PARTITIONS), "--replicas", "3")
        lines = given.megabytes * 1_000_000 // LINE_BYTES
        file = cluster.folder / "lines"
        with open(file, "w") as out:
            for number in range(lines):
                out.write(f"{number:010d}".ljust(LINE_BYTES - 1, "x") + "\n")
        produced = cluster.cli("produce", TOPIC, "--file", str(file))
        held = [part["partition"] for part in describe(cluster) if LOST in part["replicas"]]
        say(f"{produced['records']} records of {LINE_BYTES} bytes acknowledged; broker {LOST} holds {len(held)} of"
            f" {PARTITIONS} partitions")
        survivors = [broker for broker in cluster.ids() if broker != LOST]
        before = {broker: cluster.metric(broker, READ) for broker in survivors}
        cluster.kill(LOST)
        killed = time.monotonic()

        wait_for("the first move", lambda: moves(cluster), given.after + 30)
        began = time.monotonic()
        say(f"moves begin {began - killed:.1f} s after the kill; ReplaceAfter is {given.after} s")
        wait_for("broker's replicas being placed elsewhere", lambda: not any(
            LOST in part["replicas"] for part in describe(cluster)), 300)
        wait_for("every move being done", lambda: not moves(cluster), 300)
        took = time.monotonic() - began
        ok = True
        limit = given.throttle * (1 << 20)
        for broker in survivors:
            read = cluster.metric(broker, READ) - before[broker]
            # What a second gives may have been saved up before, and a read that is under way counts whole.
            allowed = limit * (took + 2) + (1 << 20)
            say(f"broker {broker} read {read / 1e6:.1f} MB for that: {read / took / 1e6:.2f} MB/s on average;"
                f" the throttle is {limit / 1e6:.2f} MB/s")
            ok &= read <= allowed
        counts = [len(set(part["replicas"])) for part in describe(cluster)]
        ok &= counts == [3] * PARTITIONS
        got = set()
        records = 0
        for part in range(PARTITIONS):
            out = consume(cluster, TOPIC, str(part))
            for line in out.splitlines():
                got.add(line[:10])
                records += 1
        ok &= records == len(got) == lines
        print(f"rebuilt in {took:.1f} s after {began - killed:.1f} s of waiting; {records} records, {len(got)} different,"
              f" of {lines}; replicas of each partition {counts}: {'OK' if ok else 'FAILED'}")
    return 0 if ok else 1


if __name__ == "__main__":
    sys.exit(main())
