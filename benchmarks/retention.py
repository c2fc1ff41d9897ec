#!/usr/bin/env python3
"""Retention under steady load: does the disk stay within a fifth of the limit, and does throughput hold?

Three broker processes, fsync on; a topic of 4 partitions with 3 replicas and retention.bytes=64MiB. First the most that
one producer gets through is measured, then half of that is sent for MINUTES. Samples every 5 s: MB/s acknowledged, and
the bytes of segments of each partition on each broker against the limit.

Usage: retention.py [MINUTES]   (default 20)
Environment: PARTITIONS (4), RETENTION_MIB (64), RECORD_BYTES (1024), RATE (records a second; measured when absent),
WARM_UP_RECORDS (300000).
"""
import os
import pathlib
import statistics
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "chaos-tests"))
import cluster as harness  # noqa: E402
from cluster import Cluster, arguments, say  # noqa: E402

TOPIC = "retention"
PARTITIONS = int(os.environ.get("PARTITIONS", "4"))
LIMIT = int(os.environ.get("RETENTION_MIB", "64")) << 20
RECORD_BYTES = int(os.environ.get("RECORD_BYTES", "1024"))
WARM_UP_RECORDS = int(os.environ.get("WARM_UP_RECORDS", "300000"))
SAMPLE_SECONDS = 5
DISK_RANGE = (0.8, 1.2)
THROUGHPUT_MIN = 0.9


def create(cluster, topic):
    cluster.cli("topic", "create", topic, "--partitions", str(PARTITIONS), "--replicas", "3",
                "--config", f"retention.bytes={LIMIT}")


def rate_to_keep(cluster):
    if "RATE" in os.environ:
        return int(os.environ["RATE"])
    create(cluster, "warm-up")
    result = cluster.cli("bench", "produce", "--topic", "warm-up", "--record-size", str(RECORD_BYTES),
                         "--count", str(WARM_UP_RECORDS))
    say(f"at most {result['mbPerSecond']:.0f} MB/s, {result['recordsPerSecond']:,.0f} records/s")
    cluster.cli("topic", "delete", "warm-up", "--yes")
    return int(result["recordsPerSecond"] / 2)


def groups_of(cluster, topic):
    status = cluster.cli("cluster", "status", check=False)
    return [group["groupId"] for group in status["groups"] if group["topic"] == topic]


def segment_bytes(cluster, broker, group):
    total = 0
    for path in (cluster.data(broker) / "segments" / str(group)).glob("*.log"):
        try:
            total += path.stat().st_size
        except FileNotFoundError:
            pass  # retention was quicker
    return total


def watch(cluster, producer, groups):
    """Samples until the producer ends: (second, MB/s, bytes by broker and group)."""
    samples = []
    started = last = time.monotonic()
    records = cluster.records_acknowledged()
    while producer.poll() is None:
        time.sleep(SAMPLE_SECONDS)
        now, acknowledged = time.monotonic(), cluster.records_acknowledged()
        disk = {(broker, group): segment_bytes(cluster, broker, group) for broker in cluster.ids() for group in groups}
        rate = (acknowledged - records) * RECORD_BYTES / (now - last) / 1e6
        last, records = now, acknowledged
        if producer.poll() is None:
            samples.append((now - started, rate, disk))
            least, most = min(disk.values()) / LIMIT, max(disk.values()) / LIMIT
            mean = statistics.mean(disk.values()) / LIMIT
            say(f"{now - started:6.0f} s  {rate:6.1f} MB/s  disk of a replica: {least:4.0%} to {most:4.0%}, mean {mean:4.0%}")
    return samples


def judge(samples):
    """The verdict over the time in which every replica had reached its limit."""
    first = next((i for i, sample in enumerate(samples) if min(sample[2].values()) >= DISK_RANGE[0] * LIMIT), None)
    if first is None or len(samples) - first < 8:
        sys.exit("FAILED: too short: the limit was not reached, or hardly; give more minutes")
    steady = samples[first:]
    sizes = [size / LIMIT for sample in steady for size in sample[2].values()]
    quarter = len(steady) // 4
    begin, end = (statistics.mean(sample[1] for sample in part) for part in (steady[:quarter], steady[-quarter:]))
    print(f"limit {LIMIT >> 20} MiB, {len(steady)} samples of {len(steady[0][2])} replicas over {steady[-1][0] - steady[0][0]:.0f} s:"
          f" disk {min(sizes):.1%} to {max(sizes):.1%}, mean {statistics.mean(sizes):.1%};"
          f" throughput first quarter {begin:.1f} MB/s, last {end:.1f} MB/s ({end / begin:.0%})", flush=True)
    if min(sizes) < DISK_RANGE[0] or max(sizes) > DISK_RANGE[1]:
        sys.exit("FAILED: the disk did not stay within a fifth of the limit")
    if end < THROUGHPUT_MIN * begin:
        sys.exit("FAILED: the throughput sagged")


def main():
    minutes = arguments(__doc__, ("minutes", 20.0)).minutes
    harness.build()
    with Cluster() as cluster:
        rate = rate_to_keep(cluster)
        create(cluster, TOPIC)
        groups = groups_of(cluster, TOPIC)
        say(f"{rate:,} records/s of {RECORD_BYTES} B for {minutes:g} min to {PARTITIONS} partitions")
        producer = subprocess.Popen(
            cluster.command("bench", "produce", "--topic", TOPIC, "--record-size", str(RECORD_BYTES),
                            "--rate", str(rate), "--count", str(int(rate * minutes * 60)), "--output", "json"),
            stdout=subprocess.PIPE, text=True)
        try:
            samples = watch(cluster, producer, groups)
            result = producer.communicate()[0]
        finally:
            producer.kill()
            producer.wait()
        if producer.returncode != 0:
            sys.exit(f"FAILED: the producer ended with {producer.returncode}: {result}")
        cluster.assert_replicas_equal(TOPIC)
        judge(samples)


if __name__ == "__main__":
    sys.exit(main())
