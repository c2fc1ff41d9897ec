#!/usr/bin/env python3
"""Throughput of three broker processes with fsync on: 12 partitions, 3 replicas, records of 1,024 and of 100 bytes.

Usage: first_figures.py [ROUNDS]   (default 3; medians are of the rounds)
"""
import pathlib
import statistics
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "chaos-tests"))
import cluster as harness  # noqa: E402
from cluster import Cluster, arguments, say  # noqa: E402
from process import resident_mib  # noqa: E402


def main():
    rounds = arguments(__doc__, ("rounds", 3)).rounds
    harness.build()
    with Cluster() as cluster:
        for size, count in ((1024, 500_000), (100, 2_000_000)):
            topic = f"bench-{size}"
            cluster.cli("topic", "create", topic, "--partitions", "12", "--replicas", "3")
            results = []
            for _ in range(rounds):
                result = cluster.cli(
                    "bench", "produce", "--topic", topic, "--record-size", str(size), "--count", str(count))
                results.append(result)
                say(f"{size} B: {result}")
            median = statistics.median(result["mbPerSecond"] for result in results)
            records = statistics.median(result["recordsPerSecond"] for result in results)
            p50, p99 = (statistics.median(result["latencyMs"][name] for result in results) for name in ("p50", "p99"))
            memory = [f"{resident_mib(process):.0f}" for process in cluster.processes.values()]
            print(f"{size} B: median {median:.0f} MB/s, {records:,.0f} records/s, p50 {p50:.1f} ms, p99 {p99:.1f} ms;"
                  f" MiB per broker {', '.join(memory)}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
