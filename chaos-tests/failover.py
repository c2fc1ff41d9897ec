#!/usr/bin/env python3
"""Writes go on soon after a leader's kill -9: paced produce, kill, and the longest wait for an acknowledgement.

Usage: failover.py [ROUNDS]   (default 3)   exit code 1 if any round took 3 seconds or more
"""
import json
import subprocess
import sys

import cluster as harness
from cluster import Cluster, arguments, say, wait_for

TOPIC = "failover"


def main():
    rounds = arguments(__doc__, ("rounds", 3)).rounds
    harness.build()
    worst = 0.0
    with Cluster() as cluster:
        cluster.cli("topic", "create", TOPIC, "--partitions", "6", "--replicas", "3")
        file = cluster.folder / "lines"
        file.write_text("".join(f"line {i}\n" for i in range(20_000)))
        for round_number in range(1, rounds + 1):
            victim = cluster.leader_of_most(TOPIC)
            before = {broker: cluster.metric(broker, "clusterlog_broker_produce_records_total") for broker in cluster.ids()}
            producing = subprocess.Popen(
                cluster.command("produce", TOPIC, "--file", str(file), "--rate", "2000", "--output", "json"),
                stdout=subprocess.PIPE, text=True)
            wait_for("lines being acknowledged",
                     lambda: cluster.records_acknowledged() >= sum(before.values()) + 6_000, 60)
            cluster.kill(victim)
            output, _ = producing.communicate(timeout=120)
            summary = json.loads(output)
            longest = summary["latencyMs"]["max"] / 1000
            worst = max(worst, longest)
            say(f"round {round_number}: broker {victim} killed; longest wait for an acknowledgement {longest:.2f} s,"
                f" {summary['records']} acknowledged, {summary['failed']} failed")
            assert producing.returncode == 0 and summary["failed"] == 0, output
            cluster.start(victim)
            cluster.wait_ready()
    print(f"worst {worst:.2f} s")
    return 1 if worst >= 3 else 0


if __name__ == "__main__":
    sys.exit(main())
