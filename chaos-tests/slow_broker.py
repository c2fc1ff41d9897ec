#!/usr/bin/env python3
"""One broker is slow: it stands still for a moment every few seconds. The partitions of the others must not notice.

Usage: slow_broker.py [--rate R] [--seconds S] [--pause MS] [--every S]
  Measures the time to acknowledgement of each of twelve partitions, first with all brokers healthy, then with one paused
  (SIGSTOP, SIGCONT) again and again. Fails when the 99th percentile of the partitions led by the other two, whose majority
  is healthy, is at twice the healthy figure or more (the median of these partitions), or when anything is lost or fails.
  What the partitions led by the paused broker see is printed.
"""
import argparse
import signal
import statistics
import sys
import time

import cluster as harness
import load
from cluster import Cluster, say

TOPIC = "slow"
PARTITIONS = 12


def led_by(cluster, broker):
    groups = [group for group in cluster.cli("cluster", "status")["groups"] if group["topic"] == TOPIC]
    return {group["partition"] for group in groups if group["leader"] == broker}


def text(figures):
    return ", ".join(f"{figure:.1f}" for figure in figures)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rate", type=int, default=600)
    parser.add_argument("--seconds", type=int, default=30)
    parser.add_argument("--pause", type=int, default=700)
    parser.add_argument("--every", type=float, default=3)
    arguments = parser.parse_args()
    harness.build(load.PROJECT)
    with Cluster() as cluster:
        cluster.cli("topic", "create", TOPIC, "--partitions", str(PARTITIONS), "--replicas", "3")
        running = load.Load(cluster.bootstrap, TOPIC, arguments.rate)
        time.sleep(10)
        running.p99_since_last_mark("warm")
        time.sleep(arguments.seconds)
        healthy = running.p99_since_last_mark("healthy")
        victim = 2
        slow = led_by(cluster, victim)
        paused = slow_down(cluster.processes[victim], running, arguments)
        slow |= led_by(cluster, victim)
        end = running.finish()
        cluster.assert_replicas_equal(TOPIC)
    others = [partition for partition in range(PARTITIONS) if partition not in slow]
    before = statistics.median(healthy[partition] for partition in others)
    during = statistics.median(paused[partition] for partition in others)
    say(f"{end['acknowledged']} records acknowledged, none failed, {end['retries']} retries; p99 in ms")
    say(f"partitions of healthy brokers: {text(healthy[p] for p in others)} -> {text(paused[p] for p in others)};"
        f" median {before:.1f} -> {during:.1f}")
    say(f"partitions led by the paused broker: {text(healthy[p] for p in slow)} -> {text(paused[p] for p in slow)}")
    return 1 if during >= 2 * before else 0


def slow_down(process, running, arguments):
    """Pauses the broker again and again; each partition's p99 meanwhile."""
    running.p99_since_last_mark("the pauses begin")
    until = time.monotonic() + arguments.seconds
    while time.monotonic() < until:
        process.send_signal(signal.SIGSTOP)
        try:
            time.sleep(arguments.pause / 1000)
        finally:
            process.send_signal(signal.SIGCONT)
        time.sleep(arguments.every - arguments.pause / 1000)
    return running.p99_since_last_mark("the pauses end")


if __name__ == "__main__":
    sys.exit(main())
