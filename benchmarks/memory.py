#!/usr/bin/env python3
"""What payloads cost the brokers' memory: throughput, CPU, allocations, pauses and resident memory of three brokers (or
one), with fsync on, records of 1,024 and of 100 bytes in 12 partitions.

Usage: memory.py [ROUNDS] [SERVER_DLL ...]   (default 3, and the server of this checkout)

Several servers take turns, round by round, each time on new data: A B A B. A server may carry settings of the runtime
before it, with commas: DOTNET_GCgen0size=4000000,server.dll. BROKERS=1 measures a single broker, SIZES=1024 one size,
BATCH=16KiB other batches than the producer's own.
"""
import argparse
import collections
import os
import pathlib
import statistics
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "chaos-tests"))
import cluster as harness  # noqa: E402
from cluster import Cluster, say  # noqa: E402
from process import cpu_seconds  # noqa: E402

BROKERS = int(os.environ.get("BROKERS", "3"))
RECORDS = {1024: 600_000, 100: 3_000_000}
SIZES = [int(size) for size in os.environ.get("SIZES", "1024,100").split(",")]
BATCH = ["--batch-bytes", os.environ["BATCH"]] if "BATCH" in os.environ else []


def faults(process):
    return int(pathlib.Path(f"/proc/{process.pid}/stat").read_text().rsplit(")", 1)[1].split()[7])


def memory_mib(process, name):
    status = pathlib.Path(f"/proc/{process.pid}/status").read_text()
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith(name)) / 1024


def runtime(cluster):
    """The sums over all brokers of what only rises."""
    found = collections.Counter()
    for broker in cluster.ids():
        for line in cluster.http(broker, "/metrics").splitlines():
            if line.startswith("dotnet_gc"):
                name, value = line.rsplit(" ", 1)
                found[name] += float(value)
    found["cpu"] = sum(cpu_seconds(process) for process in cluster.processes.values())
    found["faults"] = sum(faults(process) for process in cluster.processes.values())
    return found


def produce(cluster, size, count):
    before, started = runtime(cluster), time.monotonic()
    result = cluster.cli("bench", "produce", "--topic", f"bench-{size}", "--record-size", str(size), "--count", str(count), *BATCH)
    wall, after = time.monotonic() - started, runtime(cluster)
    used = {name: after[name] - before[name] for name in after}

    def total(*parts):
        return sum(value for name, value in used.items() if all(part in name for part in parts))

    payload = size * count
    return {
        "MB/s": result["mbPerSecond"],
        "p99 ms": result["latencyMs"]["p99"],
        "CPU s/GB": used["cpu"] / payload * 1e9,
        "allocated/payload": total("allocated") / payload,
        "gen0/GiB": total("collections", "gen0") / payload * 2**30,
        "gen1/GiB": total("collections", "gen1") / payload * 2**30,
        "gen2/GiB": total("collections", "gen2") / payload * 2**30,
        "pause %": total("pause_time") / BROKERS / wall * 100,
        "faults/MiB": used["faults"] / payload * 2**20,
        "RSS MiB": max(memory_mib(process, "VmRSS") for process in cluster.processes.values()),
        "peak MiB": max(memory_mib(process, "VmHWM") for process in cluster.processes.values()),
    }


def measure(server):
    *settings, path = server.split(",")
    environment = dict(setting.split("=") for setting in settings)
    with Cluster(size=BROKERS, server=path, environment_of=lambda broker: environment) as cluster:
        found = {}
        for size in SIZES:
            cluster.cli("topic", "create", f"bench-{size}", "--partitions", "12", "--replicas", str(BROKERS))
            produce(cluster, size, RECORDS[size] // 2)
            found[size] = produce(cluster, size, RECORDS[size])
        return found


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rounds", nargs="?", type=int, default=3)
    parser.add_argument("servers", nargs="*", default=[str(harness.SERVER)])
    given = parser.parse_args()
    harness.build()
    found = collections.defaultdict(list)
    for _ in range(given.rounds):
        for server in given.servers:
            for size, figures in measure(server).items():
                say(f"{server} {size} B: " + ", ".join(f"{name} {value:.2f}" for name, value in figures.items()))
                found[server, size].append(figures)
    for (server, size), figures in found.items():
        medians = {name: statistics.median(round_[name] for round_ in figures) for name in figures[0]}
        print(f"{server} {size} B: medians " + ", ".join(f"{name} {value:.2f}" for name, value in medians.items()), flush=True)


if __name__ == "__main__":
    sys.exit(main())
