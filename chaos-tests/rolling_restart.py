#!/usr/bin/env python3
"""A rolling restart that producers do not notice: each broker in turn is stopped gracefully and started again, under load.

Usage: rolling_restart.py [--rounds N] [--rate R] [--partitions P] [--limit MS]
  Fails when a produce fails, when a record is lost, doubled or out of order, or when the longest gap between two
  acknowledgements of a partition is at least the limit (500 ms) at the median of the restarts.
"""
import argparse
import signal
import statistics
import subprocess
import sys
import time

import cluster as harness
import load
from cluster import Cluster, say, wait_for

TOPIC = "rolling"

# Leaders are balanced some seconds after the broker is back, which belongs to its restart.
SETTLE_SECONDS = 8


def rounded(gaps):
    return sorted(round(gap) for gap in gaps)


def leaders(cluster):
    """How many partitions of the topic each broker leads."""
    groups = [group for group in cluster.cli("cluster", "status")["groups"] if group["topic"] == TOPIC]
    return {broker: sum(group["leader"] == broker for group in groups) for broker in cluster.ids()}


def is_level(cluster):
    counts = leaders(cluster).values()
    return max(counts) - min(counts) <= 1


def restart(cluster, running, broker):
    """Stops a broker gracefully and starts it; the longest gap of each partition meanwhile, in ms, and how long it took."""
    running.gaps_since_last_mark("before")
    process = cluster.processes.pop(broker)
    began = time.monotonic()
    process.send_signal(signal.SIGTERM)
    try:
        code = process.wait(60)
    except subprocess.TimeoutExpired:
        cluster.processes[broker] = process
        raise
    stopped = time.monotonic() - began
    assert code == 0, f"broker {broker} ended with exit code {code}"
    away = running.gaps_since_last_mark(f"broker {broker} stopped")
    cluster.start(broker)
    wait_for(f"broker {broker} being ready", lambda: cluster.http(broker, "/health/ready"), 60)
    ready = time.monotonic() - began
    time.sleep(SETTLE_SECONDS)
    back = running.gaps_since_last_mark(f"broker {broker} is back")
    say(f"broker {broker}: stopped in {stopped:.2f} s, ready after {ready:.2f} s; longest gap of each partition, ms: "
        f"stopping {rounded(away)}, coming back {rounded(back)}")
    return max(away + back)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--rate", type=int, default=600)
    parser.add_argument("--partitions", type=int, default=12)
    parser.add_argument("--limit", type=float, default=500)
    arguments = parser.parse_args()
    harness.build(load.PROJECT)
    gaps = []
    with Cluster() as cluster:
        cluster.cli("topic", "create", TOPIC, "--partitions", str(arguments.partitions), "--replicas", "3")
        running = load.Load(cluster.bootstrap, TOPIC, arguments.rate)
        time.sleep(10)
        say(f"longest gaps without any restart, ms: {rounded(running.gaps_since_last_mark('warm'))}")
        for _ in range(arguments.rounds):
            for broker in cluster.ids():
                gaps.append(restart(cluster, running, broker))
        wait_for("the leaders being level", lambda: is_level(cluster), 60)
        say(f"partitions led by each broker: {leaders(cluster)}")
        end = running.finish()
        cluster.assert_replicas_equal(TOPIC)
    median = statistics.median(gaps)
    say(f"{end['acknowledged']} records acknowledged, {end['failed']} failed, {end['retries']} retries; longest gap of each"
        f" restart, ms: {rounded(gaps)}; median {median:.0f} ms, limit {arguments.limit:.0f} ms")
    return 1 if median >= arguments.limit else 0


if __name__ == "__main__":
    sys.exit(main())
