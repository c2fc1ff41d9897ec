"""Lines for a topic, without end, for the scripts beside this file."""
import json
import subprocess
import threading


class Feed:
    """Gives lines to a `produce` through its standard input, as fast as it takes them, until told to stop."""

    def __init__(self, cluster, topic, rate, chance):
        self.lines = []
        self.stopping = False
        self.chance = chance
        self.process = subprocess.Popen(
            cluster.command("produce", topic, "--rate", str(rate), "--delivery-timeout", "10m", "--output", "json"),
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def run(self):
        try:
            while not self.stopping:
                line = b"%09d %s" % (len(self.lines), b"x" * self.chance.randrange(300))
                self.process.stdin.write(line + b"\n")
                self.lines.append(line)
            self.process.stdin.close()
        except (BrokenPipeError, ValueError):
            pass  # The command ended: its exit code tells.

    def finish(self):
        self.stopping = True
        self.thread.join(120)
        self.process.stdin = None
        output, errors = self.process.communicate(timeout=600)
        assert self.process.returncode == 0, f"produce ended with exit code {self.process.returncode}: {output}{errors}"
        return json.loads(output)
