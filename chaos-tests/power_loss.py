#!/usr/bin/env python3
"""All brokers lose power at once, again and again, under load: nothing acknowledged is lost, and nothing comes twice.

Usage: power_loss.py [--rounds 10] [--rate 10000] [--seed N] [--durability disk|memory]

The brokers are those of chaos-tests/ClusterLog.PowerLoss: the server over a disk that keeps in the process's memory
whatever was not synced, so that kill -9 loses it. Broker 1 loses all of that; of broker 2's and 3's unsynced pages some
have reached the disk, whole or torn. Broker 2 writes its log without O_DSYNC, so that it must sync it.

With --durability memory the topic is one whose records are acknowledged before their sync, and no unsynced page reaches
a disk early: then acknowledged records are lost, and the script tells how many in each round, and how long before the
loss of power the oldest of them was acknowledged. It fails where that is more than docs/guarantees.md allows.
"""
import argparse
import random
import sys
import time

import cluster as harness
from cluster import Cluster, say, wait_for
from feed import Feed
from main_job import check_content
from memory_durability import show_bounded_loss

TOPIC = "power-loss"
PARTITIONS = 6
REACHING = {1: "0", 2: "0.1", 3: "0.5"}

# Small files, so that rolls, recycling, segments and checkpoints happen all the time, and power goes in between.
SETTINGS = {
    "Limits.FrameBytesMax": "1 MiB",
    "Limits.RecordBytesMax": "512 KiB",
    "Storage.WalFileBytes": "4 MiB",
    "Storage.SegmentBytesMax": "2 MiB",
    "Storage.SegmentFlushBytes": "128 KiB",
    "Storage.SegmentFlushInterval": "500ms",
    "Storage.CheckpointEntries": "200",
}


def power_loss_cluster(seed, durability):
    return Cluster(
        extra=[part for name, value in SETTINGS.items() for part in ("--set", f"{name}={value}")],
        server=harness.POWER_LOSS,
        arguments_of=lambda broker: ("--set", "Storage.WalSync=Fdatasync") if broker == 2 else (),
        environment_of=lambda broker: {
            "POWER_LOSS_SEED": str(seed * 10 + broker),
            "POWER_LOSS_REACHING": REACHING[broker] if durability == "disk" else "0",
            "POWER_LOSS_WAL": "held" if broker == 2 else "lasting",
        })


def lose_power(cluster, feed, rounds, chance):
    for round_number in range(1, rounds + 1):
        wait_for("lines being acknowledged", lambda: feed.process.poll() is not None or cluster.records_acknowledged() > 0, 120)
        assert feed.process.poll() is None, f"produce ended before round {round_number}"
        time.sleep(chance.uniform(0.2, 3))
        say(f"round {round_number}: {cluster.records_acknowledged():,.0f} lines acknowledged since the start; the power goes")
        cluster.kill_all()
        for broker in cluster.ids():
            cluster.start(broker)


def lose_nothing(cluster, arguments, chance):
    cluster.cli("topic", "create", TOPIC, "--partitions", str(PARTITIONS), "--replicas", "3")
    feed = Feed(cluster, TOPIC, arguments.rate, chance)
    lose_power(cluster, feed, arguments.rounds, chance)
    wait_for("lines being acknowledged", lambda: cluster.records_acknowledged() > 0, 120)
    summary = feed.finish()
    say(f"{summary['records']:,} lines acknowledged, {summary['retries']} retries,"
        f" longest wait {summary['latencyMs']['max']:,.0f} ms")
    cluster.wait_ready()
    check_content(cluster, feed.lines, TOPIC)
    cluster.assert_replicas_equal(TOPIC)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--rate", type=int, default=10_000, help="lines per second")
    parser.add_argument("--durability", choices=["disk", "memory"], default="disk")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 27))
    arguments = parser.parse_args()
    say(f"seed {arguments.seed}")
    chance = random.Random(arguments.seed)
    harness.build("chaos-tests/ClusterLog.PowerLoss")
    with power_loss_cluster(arguments.seed, arguments.durability) as cluster:
        if arguments.durability == "memory":
            show_bounded_loss(cluster, arguments.rounds, chance)
        else:
            lose_nothing(cluster, arguments, chance)
    print("ok")


if __name__ == "__main__":
    sys.exit(main())
