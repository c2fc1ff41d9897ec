#!/usr/bin/env python3
"""Faults at random, from a seed, while lines go in at a steady pace; then every line must be there once and in order.

Usage: random_faults.py [--seconds 60] [--seed N] [--rate 10000]
Faults: kill -9 of one, two or all brokers, a graceful stop, and a pause (SIGSTOP) of one or two; each lasts for 0 to 6
seconds, and the next begins 0 to 4 seconds after it. The seed decides the schedule; the processes' timing is their own.
"""
import argparse
import json
import random
import signal
import sys
import time

import cluster as harness
from cluster import Cluster, say
from main_job import PARTITIONS, TOPIC, check_content, produce


def fault(cluster, chance):
    victims = chance.sample(list(cluster.ids()), chance.choice([1, 1, 1, 2, 3]))
    kind = chance.choice(["kill", "kill", "pause", "stop"])
    seconds = chance.uniform(0, 6)
    if kind == "stop":
        victims = victims[:1]
    say(f"{kind} {victims} for {seconds:.1f} s")
    if kind == "pause":
        for broker in victims:
            cluster.processes[broker].send_signal(signal.SIGSTOP)
        time.sleep(seconds)
        for broker in victims:
            cluster.processes[broker].send_signal(signal.SIGCONT)
        return
    for broker in victims:
        cluster.kill(broker, signal.SIGTERM if kind == "stop" else signal.SIGKILL)
    time.sleep(seconds)
    for broker in victims:
        cluster.start(broker)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 31))
    parser.add_argument("--rate", type=int, default=10_000)
    arguments = parser.parse_args()
    say(f"seed {arguments.seed}")
    chance = random.Random(arguments.seed)
    harness.build()
    with Cluster() as cluster:
        lines = [f"{i} {'x' * chance.randrange(200)}".encode() for i in range(int(arguments.rate * arguments.seconds))]
        file = cluster.folder / "input"
        file.write_bytes(b"".join(line + b"\n" for line in lines))
        cluster.cli("topic", "create", TOPIC, "--partitions", str(PARTITIONS), "--replicas", "3")
        producing = produce(cluster, file, "--rate", str(arguments.rate), "--delivery-timeout", "5m")
        end = time.monotonic() + arguments.seconds
        while time.monotonic() < end and producing.poll() is None:
            time.sleep(chance.uniform(0, 4))
            fault(cluster, chance)
        output, errors = producing.communicate(timeout=600)
        assert producing.returncode == 0, f"produce ended with exit code {producing.returncode}: {output}{errors}"
        summary = json.loads(output)
        say(f"{summary['records']} acknowledged, {summary['retries']} retries, longest wait {summary['latencyMs']['max']} ms")
        cluster.wait_ready()
        check_content(cluster, lines)
        cluster.assert_replicas_equal(TOPIC)
    print("ok")


if __name__ == "__main__":
    sys.exit(main())
