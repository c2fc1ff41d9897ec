#!/usr/bin/env python3
"""What an idle `dev` cluster with 100 partitions costs: processor time per broker, and memory.

Usage: idle.py [SECONDS]   (default 30)
"""
import signal
import subprocess
import sys
import tempfile
import time

import cluster as harness
from cluster import CLI, PORT_BASE, SERVER, arguments, say
from process import cpu_seconds, resident_mib

PARTITIONS = 100


def main():
    seconds = arguments(__doc__, ("seconds", 30)).seconds
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
            before = cpu_seconds(process)
            time.sleep(seconds)
            share = (cpu_seconds(process) - before) / seconds * 100
            say(f"{PARTITIONS} partitions, idle for {seconds} s: {share:.2f} % of a core for three brokers,"
                f" {share / 3:.2f} % each; {resident_mib(process):.0f} MiB for all three")
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait()
    return 1 if share / 3 >= 3 else 0


if __name__ == "__main__":
    sys.exit(main())
