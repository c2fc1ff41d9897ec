"""A steady load of numbered records (chaos-tests/ClusterLog.Load) beside what a script does to the brokers."""
import json
import pathlib
import subprocess
import threading

import cluster

PROJECT = "chaos-tests/ClusterLog.Load"
PROGRAM = pathlib.Path(__file__).resolve().parent / "ClusterLog.Load/bin/Release/net10.0/ClusterLog.Load.dll"


class Load:
    """`intervals` and `marks` fill while it runs; `finish` gives the verdict. Build PROJECT before."""

    def __init__(self, bootstrap, topic, rate, *options):
        self.intervals = []
        self.marks = []
        self.verdict = None
        self.process = subprocess.Popen(
            ["dotnet", str(PROGRAM), "--bootstrap", bootstrap, "--topic", topic, "--rate", str(rate), *options],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.thread = threading.Thread(target=self.read, daemon=True)
        self.thread.start()

    def read(self):
        for text in self.process.stdout:
            line = json.loads(text)
            if "isRight" in line:
                self.verdict = line
            elif "mark" in line:
                self.marks.append(line)
            else:
                self.intervals.append(line)

    def mark(self, event):
        """Notes an event; the gaps that come with it are those since the one before."""
        self.process.stdin.write(event + "\n")
        self.process.stdin.flush()

    def gaps_since_last_mark(self, event):
        """Notes an event, and gives each partition's longest gap since the one before, in milliseconds."""
        return self.noted(event)["gapsMs"]

    def p99_since_last_mark(self, event):
        """Notes an event, and gives each partition's 99th percentile of latency since the one before, in milliseconds."""
        return self.noted(event)["p99Ms"]

    def noted(self, event):
        before = len(self.marks)
        self.mark(event)
        cluster.wait_for("the load noting an event", lambda: len(self.marks) > before, 60)
        return self.marks[-1]

    def finish(self, seconds=180):
        """Ends the load and waits for what is under way. The exit code is 0 only if nothing was lost, doubled or refused."""
        self.process.stdin.close()
        code = self.process.wait(seconds)
        self.thread.join(seconds)
        assert code == 0, f"the load ended with exit code {code}: {self.verdict}"
        return self.verdict
