"""What topics with durability=memory lose when all brokers lose power: for power_loss.py.

Needs Python's msgpack package, for the client of tests/interop.
"""
import subprocess
import sys
import threading
import time

import cluster as harness
from cluster import say

TOPIC = "power-loss-memory"
PARTITIONS = 3
VALUE_BYTES = 500
VALUES_PER_BATCH = 8

# What docs/guarantees.md says, on each broker. A lost record was unsynced on two of the three brokers at least, so all
# that is lost is at most one and a half times as much. One write may come on top: here a batch of each partition.
TIME_MAX = 0.1
BYTES_MAX = 3 / 2 * ((256 << 10) + PARTITIONS * VALUE_BYTES * VALUES_PER_BATCH)

# The kill itself, and a machine that has other things to do than to run a lane's thread on time.
TIME_SLACK = 1.0


def interop_client():
    sys.path.insert(0, str(harness.ROOT / "tests/interop"))
    try:
        import client
    except ModuleNotFoundError as error:
        sys.exit(f"FAILED: --durability memory needs the Python package {error.name}")
    return client


class Load(threading.Thread):
    """Produces to one partition, one batch after the other, until the broker is gone; knows when each was acknowledged."""

    def __init__(self, address, round_number, partition):
        super().__init__(daemon=True)
        self.client = interop_client()
        self.address, self.round, self.partition = address, round_number, partition
        self.acknowledged = {}

    def run(self):
        try:
            client = self.client.Client(*self.address)
            producer, epoch = client.at_leader(TOPIC, self.partition, self.client.INIT_PRODUCER, "power-loss")
            sequence = 0
            while True:
                values = [f"{self.round}-{self.partition}-{sequence + i} ".encode().ljust(VALUE_BYTES, b"x")
                          for i in range(VALUES_PER_BATCH)]
                batch = self.client.encode_batch(values, producer, epoch, sequence)
                client.at_leader(TOPIC, self.partition, self.client.PRODUCE, TOPIC, self.partition, 2, 10_000, batch)
                self.acknowledged.update(dict.fromkeys(values, time.monotonic()))
                sequence += len(values)
        except OSError:
            pass  # The power is gone.


def read_all(cluster):
    output = subprocess.run(
        cluster.command("consume", TOPIC, "--from", "earliest", "--until", "end"), stdout=subprocess.PIPE, check=True).stdout
    values = output.splitlines()
    assert len(values) == len(set(values)), "a record came twice"
    return set(values)


def one_round(cluster, round_number, chance):
    """Returns the acknowledged values, each with the seconds from its acknowledgement to the loss of power."""
    loads = [Load(("127.0.0.1", cluster.port(1)), round_number, partition) for partition in range(PARTITIONS)]
    for load in loads:
        load.start()
    harness.wait_for("records being acknowledged", lambda: all(len(load.acknowledged) > 50 for load in loads), 60)
    time.sleep(chance.uniform(0.2, 2))
    gone = time.monotonic()
    cluster.kill_all()
    for load in loads:
        load.join(60)
    return {value: gone - at for load in loads for value, at in load.acknowledged.items()}


def show_bounded_loss(cluster, rounds, chance):
    cluster.cli("topic", "create", TOPIC, "--partitions", str(PARTITIONS), "--replicas", "3", "--config", "durability=memory")
    lasting, lost_in_all = set(), 0
    for round_number in range(1, rounds + 1):
        acknowledged = one_round(cluster, round_number, chance)
        for broker in cluster.ids():
            cluster.start(broker)
        cluster.wait_ready()
        found = read_all(cluster)
        older = lasting - found
        assert not older, f"{len(older)} records of earlier rounds are lost, such as {next(iter(older))[:30]!r}"
        lost = {value: age for value, age in acknowledged.items() if value not in found}
        lost_bytes, age = len(lost) * VALUE_BYTES, max(lost.values(), default=0)
        say(f"round {round_number}: {len(acknowledged):,} records acknowledged, {len(lost)} of them lost"
            f" ({lost_bytes:,} bytes), the oldest acknowledged {age * 1000:.0f} ms before the power went")
        assert lost_bytes <= BYTES_MAX, f"{lost_bytes:,} bytes lost, at most {BYTES_MAX:,.0f} may be"
        assert age <= TIME_MAX + TIME_SLACK, f"a record acknowledged {age:.3f} s before is lost"
        lasting |= found
        lost_in_all += len(lost)
    cluster.assert_replicas_equal(TOPIC)
    assert lost_in_all or rounds < 5, "nothing was ever lost: does anybody sync before acknowledging, or does no power go?"
    say(f"{lost_in_all} acknowledged records lost in {rounds} rounds; none beyond the bound")
