#!/usr/bin/env python3
"""The main job: a real file goes in while brokers are killed with -9, and every line comes back, once and in order.

Usage: main_job.py [--kill one|all] [--times N] [--file F]
  --kill one   (default) in the middle, kill a broker that leads partitions; start it again 5 seconds later
  --kill all   kill all three brokers at once, N times in a row (default 5), while producing
  --file F     default: all XML documentation of the SDK's packs, 900,000 lines or more
"""
import argparse
import collections
import json
import pathlib
import shutil
import subprocess
import sys
import time

import cluster as harness
from cluster import Cluster, say, wait_for

TOPIC = "main-job"
PARTITIONS = 6


def sdk_documentation(target):
    """Concatenates the SDK's XML documentation into one file."""
    root = pathlib.Path(shutil.which("dotnet")).resolve().parent
    with open(target, "wb") as output:
        for file in sorted((root / "packs").rglob("*.xml")):
            output.write(file.read_bytes())
    return target


def produce(cluster, file, *options):
    return subprocess.Popen(
        cluster.command("produce", TOPIC, "--file", str(file), "--output", "json", *options),
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def kill_one(cluster, producing, lines):
    victim = cluster.leader_of_most(TOPIC)
    wait_for("a third of the file being acknowledged",
             lambda: producing.poll() is not None or cluster.records_acknowledged() >= lines / 3, 300)
    assert producing.poll() is None, "the file was through before anything could be killed"
    say(f"{cluster.records_acknowledged():,.0f} lines acknowledged; kill -9 of broker {victim}")
    cluster.kill(victim)
    time.sleep(5)
    say(f"broker {victim} is started again; the producer {'goes on' if producing.poll() is None else 'is done'}")
    cluster.start(victim)


def kill_all(cluster, producing, lines, times):
    for round_number in range(1, times + 1):
        wait_for("lines being acknowledged again",
                 lambda: producing.poll() is not None or cluster.records_acknowledged() > 0.02 * lines, 120)
        assert producing.poll() is None, f"the file was through before round {round_number}"
        say(f"round {round_number}: {cluster.records_acknowledged():,.0f} lines acknowledged since the start; kill -9 of all")
        cluster.kill_all()
        for broker in cluster.ids():
            cluster.start(broker)


def split_lines(data):
    lines = data.split(b"\n")
    return lines[:-1] if lines[-1] == b"" else lines


def check_content(cluster, lines, topic=TOPIC):
    """Each line as often as in the file; and within a partition, in the order of the file."""
    consumed = collections.Counter()
    for partition in range(PARTITIONS):
        output = subprocess.run(
            cluster.command("consume", topic, "--from", "earliest", "--until", "end", "--partition", str(partition)),
            stdout=subprocess.PIPE, check=True).stdout
        records = split_lines(output)
        consumed.update(records)
        remaining = iter(lines)
        assert all(any(line == record for line in remaining) for record in records), \
            f"partition {partition} is not in the order of the file"
        say(f"partition {partition}: {len(records):,} lines, in the order of the file")
    expected = collections.Counter(lines)
    missing, surplus = expected - consumed, consumed - expected
    assert not missing, f"{sum(missing.values())} lines are missing, such as {next(iter(missing))!r}"
    assert not surplus, f"{sum(surplus.values())} lines came twice, such as {next(iter(surplus))!r}"
    say(f"all {len(lines):,} lines came back, each as often as it stands in the file")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--kill", choices=["one", "all"], default="one")
    parser.add_argument("--times", type=int, default=5)
    parser.add_argument("--rate", type=int, help="lines per second; by default as fast as it goes (one), 60,000 (all)")
    parser.add_argument("--file", type=pathlib.Path)
    arguments = parser.parse_args()
    harness.build()
    with Cluster() as cluster:
        file = arguments.file or sdk_documentation(cluster.folder / "input")
        lines = split_lines(file.read_bytes())
        say(f"{len(lines):,} lines, {file.stat().st_size:,} bytes")
        cluster.cli("topic", "create", TOPIC, "--partitions", str(PARTITIONS), "--replicas", "3")
        rate = arguments.rate or (60_000 if arguments.kill == "all" else None)
        producing = produce(cluster, file, *(["--rate", str(rate)] if rate else []))
        if arguments.kill == "one":
            kill_one(cluster, producing, len(lines))
        else:
            kill_all(cluster, producing, len(lines), arguments.times)
        output, errors = producing.communicate(timeout=600)
        assert producing.returncode == 0, f"produce ended with exit code {producing.returncode}: {output}{errors}"
        say(f"produce ended with exit code 0: {json.dumps(json.loads(output))}")
        cluster.wait_ready()
        check_content(cluster, lines)
        cluster.assert_replicas_equal(TOPIC)
    print("ok")


if __name__ == "__main__":
    sys.exit(main())
