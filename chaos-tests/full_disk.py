#!/usr/bin/env python3
"""Disks fill up under load: produce is refused for the time being, reads go on, and room again is enough.

Usage: full_disk.py [--rate 2000] [--seed N]

Each broker's data is on a small tmpfs of its own, which takes root to mount; without it the script says so and ends
with 0. First the disk of one broker is filled up, then those of all. What takes the room is a file beside the data.
"""
import argparse
import os
import random
import subprocess
import sys

import cluster as harness
from cluster import Cluster, say, wait_for
from feed import Feed
from main_job import PARTITIONS, check_content
from memory_durability import interop_client

TOPIC = "full-disk"
DISK_MIB = 256
MIN_FREE_MIB = 32
STORAGE_FULL = 26
SETTINGS = {
    "Limits.FrameBytesMax": "1 MiB",
    "Limits.RecordBytesMax": "512 KiB",
    "Storage.WalFileBytes": "4 MiB",
    "Storage.MinFreeBytes": f"{MIN_FREE_MIB} MiB",
}


class SmallDisks(Cluster):
    """A cluster whose brokers each have a small disk of their own. Whatever was mounted is unmounted."""

    def __init__(self):
        super().__init__(extra=[part for name, value in SETTINGS.items() for part in ("--set", f"{name}={value}")])
        self.mounted = []

    def disk(self, broker):
        return self.folder / f"disk-{broker}"

    def data(self, broker):
        return self.disk(broker) / "data"

    def __enter__(self):
        for broker in self.ids():
            self.disk(broker).mkdir()
            done = subprocess.run(
                ["mount", "-t", "tmpfs", "-o", f"size={DISK_MIB}m", "clusterlog-full-disk", str(self.disk(broker))],
                stderr=subprocess.PIPE, text=True)
            if done.returncode != 0:
                self.unmount()
                say(f"skipped: a disk cannot be mounted here: {done.stderr.strip()}")
                sys.exit(0)
            self.mounted.append(self.disk(broker))
        try:
            return super().__enter__()
        except BaseException:
            self.__exit__(*sys.exc_info())
            raise

    def __exit__(self, failed, *rest):
        for broker in self.ids():
            self.kill(broker)
        self.unmount()
        super().__exit__(failed, *rest)

    def unmount(self):
        while self.mounted:
            subprocess.run(["umount", str(self.mounted.pop())], check=True)

    def fill(self, broker):
        """Takes room until half of what is to stay free is left."""
        status = os.statvfs(self.disk(broker))
        wanted = status.f_bavail * status.f_frsize - (MIN_FREE_MIB << 19)
        with open(self.disk(broker) / "filler", "wb") as filler:
            os.posix_fallocate(filler.fileno(), 0, wanted)

    def make_room(self, broker):
        (self.disk(broker) / "filler").unlink()

    def is_full(self, broker):
        return self.metric(broker, "clusterlog_broker_wal_state") == 1


def refusal(cluster, interop, partition):
    """The code with which the partition's leader refuses a record; None when it takes it."""
    client = interop.Client("127.0.0.1", cluster.port(1))
    producer, epoch = client.bootstrap.call(interop.INIT_PRODUCER, "full-disk-probe")
    batch = interop.encode_batch([b"probe"], producer, epoch, 0)
    try:
        client.leader("full-disk-probe", partition).call(
            interop.PRODUCE, "full-disk-probe", partition, 2, 3_000, batch)
        return None
    except interop.BrokerError as error:
        return error.code


def refuses_as_full(cluster, interop, partition):
    """Other refusals, such as for want of a leader, pass; ones that do not pass must not come."""
    code = refusal(cluster, interop, partition)
    assert code is None or code in interop.TRANSIENT, f"partition {partition}: refused with {code}, which is not transient"
    return code == STORAGE_FULL


def read_count(cluster):
    return len(subprocess.run(
        cluster.command("consume", TOPIC, "--from", "earliest", "--until", "end"),
        stdout=subprocess.PIPE, check=True).stdout.splitlines())


def leaders(cluster, topic):
    return {group["partition"]: group["leader"]
            for group in cluster.cli("cluster", "status", check=False)["groups"] if group["topic"] == topic}


def fill_one(cluster, interop):
    before = cluster.records_acknowledged()
    victim = cluster.leader_of_most("full-disk-probe")
    partition = next(number for number, leader in leaders(cluster, "full-disk-probe").items() if leader == victim)
    cluster.fill(victim)
    wait_for(f"broker {victim} calling its disk full", lambda: cluster.is_full(victim), 60)
    if leaders(cluster, "full-disk-probe")[partition] == victim:
        wait_for("a refusal with StorageFull", lambda: refuses_as_full(cluster, interop, partition), 60)
        say(f"the disk of broker {victim} is full: it refuses records with StorageFull")
    count = read_count(cluster)
    assert count >= before, f"{before} acknowledged before, {count} read"
    say(f"{count:,} lines read meanwhile")
    cluster.make_room(victim)
    wait_for(f"broker {victim} writing again", lambda: not cluster.is_full(victim), 60)
    wait_for("a record being taken again", lambda: refusal(cluster, interop, partition) is None, 60)


def fill_all(cluster, interop):
    for broker in cluster.ids():
        cluster.fill(broker)
    for broker in cluster.ids():
        wait_for(f"broker {broker} calling its disk full", lambda: cluster.is_full(broker), 60)
    for partition in range(PARTITIONS):
        wait_for(f"a refusal with StorageFull by partition {partition}",
                 lambda: refuses_as_full(cluster, interop, partition), 60)
    say("the disks of all brokers are full: every partition refuses records with StorageFull")
    count = cluster.records_acknowledged()
    assert read_count(cluster) >= count - 2 * PARTITIONS, "less was read than acknowledged"
    say(f"all {count:,.0f} acknowledged records can be read")
    for broker in cluster.ids():
        cluster.make_room(broker)
    for broker in cluster.ids():
        wait_for(f"broker {broker} writing again", lambda: not cluster.is_full(broker), 60)
    wait_for("lines being acknowledged again", lambda: cluster.records_acknowledged() > count + 100, 120)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rate", type=int, default=2_000, help="lines per second")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 27))
    arguments = parser.parse_args()
    interop = interop_client()
    harness.build()
    with SmallDisks() as cluster:
        for topic in (TOPIC, "full-disk-probe"):
            cluster.cli("topic", "create", topic, "--partitions", str(PARTITIONS), "--replicas", "3")
        started = {broker: process.pid for broker, process in cluster.processes.items()}
        feed = Feed(cluster, TOPIC, arguments.rate, random.Random(arguments.seed))
        wait_for("lines being acknowledged", lambda: cluster.records_acknowledged() > 2_000, 60)
        fill_one(cluster, interop)
        fill_all(cluster, interop)
        summary = feed.finish()
        say(f"{summary['records']:,} lines acknowledged, {summary['retries']} retries,"
            f" longest wait {summary['latencyMs']['max']:,.0f} ms")
        assert all(cluster.processes[broker].poll() is None and cluster.processes[broker].pid == pid
                   for broker, pid in started.items()), "a broker ended"
        check_content(cluster, feed.lines, TOPIC)
        cluster.assert_replicas_equal(TOPIC)
    print("ok")


if __name__ == "__main__":
    sys.exit(main())
