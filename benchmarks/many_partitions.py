#!/usr/bin/env python3
"""What thousands of partitions cost three broker processes: creation, memory, open files, a start after kill -9, and how
much later an acknowledgement comes when a paced load is spread over many of them instead of one.

Usage: many_partitions.py [PARTITIONS] [SPREAD] [ROUNDS]   (default 5000, 1000, 3; medians are of the rounds)
"""
import pathlib
import statistics
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "chaos-tests"))
import cluster as harness  # noqa: E402
from cluster import Cluster, arguments, say, wait_for  # noqa: E402
from process import cpu_seconds, open_files, resident_mib  # noqa: E402

TOPIC_PARTITIONS = 1000
RATE = 1000
SECONDS = 15
RECORD_BYTES = 1024


def show(cluster, when):
    memory = [f"{resident_mib(process):.0f}" for process in cluster.processes.values()]
    files = [str(open_files(process)) for process in cluster.processes.values()]
    print(f"{when}: MiB per broker {', '.join(memory)}; open files {', '.join(files)}", flush=True)


def create(cluster, partitions, spread):
    """Topics of at most 1,000 partitions, one of them of just as many as the load is spread over, and one of one."""
    cluster.cli("topic", "create", "single", "--partitions", "1", "--replicas", "3")
    cluster.cli("topic", "create", "spread", "--partitions", str(spread), "--replicas", "3")
    left = partitions - spread - 1
    for number in range((left + TOPIC_PARTITIONS - 1) // TOPIC_PARTITIONS):
        count = min(TOPIC_PARTITIONS, left - number * TOPIC_PARTITIONS)
        cluster.cli("topic", "create", f"idle-{number}", "--partitions", str(count), "--replicas", "3")


def leaders(cluster):
    return sum(cluster.metric(broker, "clusterlog_broker_groups_led") for broker in cluster.ids())


def paced(cluster, topic):
    return cluster.cli("bench", "produce", "--topic", topic, "--record-size", str(RECORD_BYTES),
                       "--rate", str(RATE), "--count", str(RATE * SECONDS), "--linger", "0")


def main():
    given = arguments(__doc__, ("partitions", 5000), ("spread", 1000), ("rounds", 3))
    partitions, spread, rounds = given.partitions, given.spread, given.rounds
    harness.build()
    with Cluster() as cluster:
        show(cluster, "empty")
        started = time.monotonic()
        create(cluster, partitions, spread)
        created = time.monotonic() - started
        wait_for("every partition having a leader", lambda: leaders(cluster) >= partitions, 300)
        print(f"{partitions} partitions created in {created:.1f} s, all led after {time.monotonic() - started:.1f} s", flush=True)
        time.sleep(10)
        show(cluster, f"{partitions} partitions, idle")
        before = [cpu_seconds(process) for process in cluster.processes.values()]
        time.sleep(10)
        used = [cpu_seconds(process) - then for process, then in zip(cluster.processes.values(), before)]
        print(f"idle: CPU per broker {', '.join(f'{seconds * 10:.1f} %' for seconds in used)} of a core", flush=True)
        results = {"single": [], "spread": []}
        for _ in range(rounds):
            for topic, found in results.items():
                result = paced(cluster, topic)
                found.append(result)
                say(f"{topic}: {result['latencyMs']}")
        medians = {}
        for topic, found in results.items():
            p50, p99 = (statistics.median(result["latencyMs"][name] for result in found) for name in ("p50", "p99"))
            medians[topic] = p99
            print(f"{topic}: {RATE}/s of {RECORD_BYTES} B: p50 {p50:.2f} ms, p99 {p99:.2f} ms", flush=True)
        print(f"p99 over {spread} partitions is {medians['spread'] / medians['single']:.2f} times that of one", flush=True)
        show(cluster, "after the load")
        cluster.kill(2)
        started = time.monotonic()
        cluster.start(2)
        cluster.wait_ready(300)
        print(f"kill -9 of a broker: ready again {time.monotonic() - started:.1f} s after its start", flush=True)
        wait_for("every partition having a leader", lambda: leaders(cluster) >= partitions, 300)
        print(f"every partition led {time.monotonic() - started:.1f} s after it", flush=True)
        show(cluster, "after the restart")


if __name__ == "__main__":
    sys.exit(main())
