"""Starts, watches and kills brokers as real processes on this machine, for the scripts beside this file.

Every process is ended by its own id, at the latest when the script ends. Ports are taken from PORT_BASE (19400).
"""
import argparse
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parent.parent
SERVER = ROOT / "src/ClusterLog.Server/bin/Release/net10.0/clusterlog-server.dll"
POWER_LOSS = ROOT / "chaos-tests/ClusterLog.PowerLoss/bin/Release/net10.0/ClusterLog.PowerLoss.dll"
CLI = ROOT / "src/ClusterLog.Cli/bin/Release/net10.0/clusterlog.dll"
PORT_BASE = int(os.environ.get("PORT_BASE", "19400"))


def build(*others):
    """Builds server and CLI, and what else is named, in Release, unless NO_BUILD is set."""
    if "NO_BUILD" not in os.environ:
        for project in ("src/ClusterLog.Server", "src/ClusterLog.Cli", *others):
            subprocess.run(["dotnet", "build", "-c", "Release", "--nologo", "-v", "quiet", project], cwd=ROOT, check=True)


def arguments(doc, *positional):
    """The script's arguments: each with a name and a default, whose type it has. `doc` is the script's own text."""
    parser = argparse.ArgumentParser(description=doc, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, default in positional:
        parser.add_argument(name, nargs="?", type=type(default), default=default)
    return parser.parse_args()


def say(text):
    print(f"[{time.strftime('%H:%M:%S')}] {text}", flush=True)


def wait_for(what, condition, seconds):
    """Waits until the condition gives something true, and returns that; ends the script when the time is up."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        answer = condition()
        if answer:
            return answer
        time.sleep(0.02)
    sys.exit(f"FAILED: {what} did not happen within {seconds} s")


class Cluster:
    """Brokers 1 to `size`, each a process of its own with a data directory of its own.

    `extra` are arguments of all brokers; `arguments_of` and `environment_of` give those of one, by its number.
    """

    def __init__(self, size=3, extra=(), server=SERVER, arguments_of=lambda broker: (), environment_of=lambda broker: {}):
        self.size = size
        self.extra = list(extra)
        self.server = server
        self.arguments_of = arguments_of
        self.environment_of = environment_of
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="clusterlog-"))
        self.processes = {}
        self.members = ",".join(f"{i}=127.0.0.1:{self.port(i) + 1}" for i in self.ids())
        self.bootstrap = ",".join(f"127.0.0.1:{self.port(i)}" for i in self.ids())

    def __enter__(self):
        for broker in self.ids():
            for port in range(self.port(broker), self.port(broker) + 3):
                with socket.socket() as probe:
                    if probe.connect_ex(("127.0.0.1", port)) == 0:
                        sys.exit(f"port {port} is in use; set PORT_BASE to another")
        for broker in self.ids():
            self.start(broker)
        self.wait_ready()
        return self

    def __exit__(self, failed, *_):
        for broker in self.ids():
            self.kill(broker)
        if failed and failed is not SystemExit or "KEEP" in os.environ:
            say(f"data and logs stay in {self.folder}")
        else:
            shutil.rmtree(self.folder)

    def ids(self):
        return range(1, self.size + 1)

    @staticmethod
    def port(broker):
        return PORT_BASE + 10 * (broker - 1)

    def data(self, broker):
        return self.folder / f"broker-{broker}"

    def start(self, broker):
        port = self.port(broker)
        with open(self.folder / f"broker-{broker}.log", "ab") as log:
            self.processes[broker] = subprocess.Popen(
                ["dotnet", str(self.server), "run", "--broker-id", str(broker),
                 "--client-listen", f"127.0.0.1:{port}", "--peer-listen", f"127.0.0.1:{port + 1}",
                 "--http-listen", f"127.0.0.1:{port + 2}", "--data-dir", str(self.data(broker)),
                 "--cluster", self.members, *self.extra, *self.arguments_of(broker)],
                stdout=log, stderr=log, env={**os.environ, **self.environment_of(broker)})

    def kill(self, broker, sign=signal.SIGKILL):
        process = self.processes.pop(broker, None)
        if process:
            process.send_signal(sign)
            process.wait()

    def kill_all(self):
        """kill -9 of all at once: the first is dead before the last knows, but none can do anything of note meanwhile."""
        for process in self.processes.values():
            process.kill()
        for broker in self.ids():
            self.kill(broker)

    def log(self, broker):
        return (self.folder / f"broker-{broker}.log").read_text(errors="replace")

    def http(self, broker, path):
        """The body, or None while the broker does not answer with 200."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port(broker) + 2}{path}", timeout=2) as response:
                return response.read().decode()
        except OSError:
            return None

    def wait_ready(self, seconds=60):
        for broker in self.ids():
            wait_for(f"broker {broker} being ready", lambda: self.http(broker, "/health/ready"), seconds)

    def metric(self, broker, name):
        """The sum of a metric over its labels; 0 while the broker is away."""
        lines = (self.http(broker, "/metrics") or "").splitlines()
        return sum(float(line.rsplit(" ", 1)[1]) for line in lines if line.split("{")[0].split(" ")[0] == name)

    def records_acknowledged(self):
        return sum(self.metric(broker, "clusterlog_broker_produce_records_total") for broker in self.ids())

    def command(self, *arguments):
        return ["dotnet", str(CLI), *arguments, "--bootstrap", self.bootstrap]

    def cli(self, *arguments, check=True):
        """Runs the CLI with JSON output and returns what it wrote."""
        done = subprocess.run(
            self.command(*arguments, "--output", "json"), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        if check and done.returncode != 0:
            sys.exit(f"FAILED: clusterlog {' '.join(arguments)}: exit code {done.returncode}\n{done.stdout}{done.stderr}")
        return json.loads(done.stdout) if done.stdout.strip().startswith(("{", "[")) else done.stdout

    def leader_of_most(self, topic):
        """The broker that leads most partitions of the topic."""
        leaders = [group["leader"] for group in self.cli("cluster", "status", check=False)["groups"] if group["topic"] == topic]
        return max(set(leaders), key=leaders.count)

    def assert_replicas_equal(self, topic):
        """Every replica of every partition has the same last offset and checksum, once all have applied all."""
        def differing():
            groups = [group for group in self.cli("cluster", "status", check=False)["groups"] if group["topic"] == topic]
            return [group for group in groups if len(group["replicas"]) < self.size
                    or len({(replica["lastOffset"], replica["checksum"]) for replica in group["replicas"]}) > 1]
        wait_for("the replicas being equal", lambda: not differing(), 60)
        groups = [group for group in self.cli("cluster", "status")["groups"] if group["topic"] == topic]
        for group in groups:
            replica = group["replicas"][0]
            say(f"partition {group['partition']}: last offset {replica['lastOffset']}, checksum {replica['checksum']}"
                f" on all {len(group['replicas'])} replicas")
