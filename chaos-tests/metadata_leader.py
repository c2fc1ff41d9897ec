#!/usr/bin/env python3
"""kill -9 of the metadata's leader at a random moment in the middle of a change: it is done or it is not, and asking again
gives the same answer.

Usage: metadata_leader.py [ROUNDS [SEED]]   (default 50 of each kind: topic creations, partition moves)
Exit code 1 if a change is half done, an answer differs when asked again, or a move does not come to its end.
"""
import random
import subprocess
import sys
import time

import cluster as harness
from cluster import Cluster, arguments, say, wait_for

MOVED = "moved"


def controller(cluster):
    status = cluster.cli("cluster", "status", check=False)
    return status.get("controllerId") if isinstance(status, dict) else None


def run_and_kill(cluster, rng, *command):
    """Begins a change, kills the metadata's leader a moment later, and gives the change's exit code and output."""
    victim = wait_for("a leader of the metadata", lambda: controller(cluster), 60)
    running = subprocess.Popen(cluster.command(*command), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    # A command needs some tenths of a second until it asks; the change itself takes a few hundredths.
    time.sleep(rng.uniform(0.0, 0.6))
    cluster.kill(victim)
    output, _ = running.communicate(timeout=180)
    cluster.start(victim)
    return running.returncode, output.strip()


def create(cluster, rng, number):
    name = f"topic{number}"
    code, output = run_and_kill(cluster, rng, "topic", "create", name, "--partitions", "3", "--replicas", "3")
    again = subprocess.run(cluster.command("topic", "create", name, "--partitions", "3", "--replicas", "3"),
                           stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    parts = cluster.cli("topic", "describe", name)["partitions"]
    whole = len(parts) == 3 and all(len(set(part["replicas"])) == 3 for part in parts)
    # Done before: asked again, it exists. Not done: asked again, it is made.
    same = "TopicAlreadyExists" in again.stdout if code == 0 else again.returncode == 0 or "TopicAlreadyExists" in again.stdout
    if not (whole and same):
        say(f"round {number}: created with {code} ({output}), again {again.returncode} ({again.stdout}), {parts}")
    return whole and same, code == 0


def place(cluster):
    return cluster.cli("topic", "describe", MOVED)["partitions"][0]["replicas"]


def settled(cluster):
    answer = cluster.cli("partition", "moves", check=False)
    return isinstance(answer, dict) and answer["moves"] == []


def move(cluster, rng, number):
    before = place(cluster)
    to = rng.sample(list(cluster.ids()), 3)
    code, output = run_and_kill(cluster, rng, "partition", "move", MOVED, "0", "--to", ",".join(map(str, to)))
    now = wait_for("where the partition is", lambda: place(cluster), 60)
    whole = now == to if code == 0 else now in (before, to)
    again = subprocess.run(cluster.command("partition", "move", MOVED, "0", "--to", ",".join(map(str, to))),
                           stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    wait_for(f"the move of round {number} being done", lambda: settled(cluster), 120)
    end = place(cluster)
    record = subprocess.run(cluster.command("produce", MOVED, "--partition", "0"), input=f"{number}\n",
                            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    ok = whole and again.returncode == 0 and end == to and record.returncode == 0
    if not ok:
        say(f"round {number}: moved from {before} to {to} with {code} ({output}), then at {now}; again {again.returncode}"
            f" ({again.stdout}), then at {end}; a record: {record.returncode} ({record.stdout})")
    return ok, code == 0


def consume(cluster, topic, partition):
    return subprocess.run(cluster.command("consume", topic, "--partition", partition), check=True, stdout=subprocess.PIPE,
                          text=True).stdout


def main():
    given = arguments(__doc__, ("rounds", 50), ("seed", int(time.time())))
    rng = random.Random(given.seed)
    say(f"seed {given.seed}")
    harness.build()
    good = True
    with Cluster(5, ["--set", "Replication.ReplaceAfter=0s"]) as cluster:
        cluster.cli("topic", "create", MOVED, "--partitions", "1", "--replicas", "3")
        for what, step in (("topic creations", create), ("partition moves", move)):
            outcomes = [step(cluster, rng, number) for number in range(given.rounds)]
            bad = sum(not ok for ok, _ in outcomes)
            print(f"{what}: {given.rounds} with the metadata's leader killed, {sum(done for _, done in outcomes)} answered as"
                  f" done at once, {bad} half done or answered otherwise when asked again", flush=True)
            good &= bad == 0
        lines = consume(cluster, MOVED, "0").splitlines()
        print(f"{len(lines)} records of {given.rounds} in the partition that moved, in order: {lines == sorted(lines, key=int)}")
        good &= lines == [str(number) for number in range(given.rounds)]
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
