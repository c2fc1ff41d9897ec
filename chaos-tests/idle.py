#!/usr/bin/env python3
"""What an idle `dev` cluster with 100 partitions costs: processor time per broker, and memory.

Usage: idle.py [SECONDS]   (default 30)
"""
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time

import cluster as harness
from cluster import CLI, PORT_BASE, SERVER, say

PARTITIONS = 100


def processor_seconds(process):
    fields = pathlib.Path(f"/proc/{process.pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def resident_mib(process):
    status = pathlib.Path(f"/proc/{process.pid}/status").read_text()
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS")) / 1024


def main():
    seconds = int(sys.argv[1]) if len(sys.argv) > 1 else 30
    harness.build()
    with tempfile.TemporaryDirectory(prefix="clusterlog-idle-") as folder:
        process = subprocess.Popen(
            ["dotnet", str(SERVER), "dev", "--data-dir", folder, "--port-base", str(PORT_BASE)],
            stdout=subprocess.PIPE, text=True)
        try:
            say(process.stdout.readline().strip())
            subprocess.run(
                ["dotnet", str(CLI), "topic", "create", "idle", "--partitions", str(PARTITIONS),
                 "--bootstrap", f"127.0.0.1:{PORT_BASE}"], check=True)
            time.sleep(10)
            before = processor_seconds(process)
            time.sleep(seconds)
            share = (processor_seconds(process) - before) / seconds * 100
            say(f"{PARTITIONS} partitions, idle for {seconds} s: {share:.2f} % of a core for three brokers,"
                f" {share / 3:.2f} % each; {resident_mib(process):.0f} MiB for all three")
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait()
    return 1 if share / 3 >= 3 else 0


if __name__ == "__main__":
    sys.exit(main())
