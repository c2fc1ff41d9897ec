#!/usr/bin/env python3
"""Throughput of a consumer that reads what has left the brokers' memory and the page cache: 12 partitions, 3 replicas.

Usage: cold_consume.py [ROUNDS] [SERVER_DLL ...]   (default 3, and the server of this checkout)

Several servers are measured one after the other, each on data of its own.
"""
import argparse
import os
import pathlib
import statistics
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "chaos-tests"))
import cluster as harness  # noqa: E402
from cluster import Cluster, say  # noqa: E402
from process import cpu_seconds  # noqa: E402

RECORDS = 600_000
RECORD_BYTES = 1024


def forget_cached(folder):
    """The page cache lets go of every segment."""
    for path in folder.glob("broker-*/segments/*/*.log"):
        descriptor = os.open(path, os.O_RDONLY)
        os.fsync(descriptor)
        os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
        os.close(descriptor)


def consume(cluster):
    cluster.kill_all()
    forget_cached(cluster.folder)
    for broker in cluster.ids():
        cluster.start(broker)
    cluster.wait_ready()
    before = sum(cpu_seconds(process) for process in cluster.processes.values())
    result = cluster.cli("bench", "consume", "--topic", "cold", "--count", str(RECORDS))
    used = sum(cpu_seconds(process) for process in cluster.processes.values()) - before
    return result["mbPerSecond"], used / (RECORDS * RECORD_BYTES / 1e9)


def measure(server, rounds):
    extra = ["--set", "Storage.TailBytesMax=0", "--set", "Storage.SegmentFlushInterval=0s"]
    with Cluster(server=server, extra=extra) as cluster:
        cluster.cli("bench", "produce", "--topic", "cold", "--partitions", "12", "--replicas", "3",
                    "--record-size", str(RECORD_BYTES), "--count", str(RECORDS))
        found = []
        for _ in range(rounds):
            found.append(consume(cluster))
            say(f"{server}: {found[-1][0]:.0f} MB/s, {found[-1][1]:.2f} CPU seconds of brokers per GB")
    rate, used = (statistics.median(column) for column in zip(*found))
    print(f"{server}: median {rate:.0f} MB/s, {used:.2f} CPU seconds of brokers per GB", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rounds", nargs="?", type=int, default=3)
    parser.add_argument("servers", nargs="*", default=[harness.SERVER])
    given = parser.parse_args()
    harness.build()
    for server in given.servers:
        measure(server, given.rounds)


if __name__ == "__main__":
    sys.exit(main())
