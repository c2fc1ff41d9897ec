using ClusterLog.Broker.Metadata;
using ClusterLog.Protocol;
using ClusterLog.Simulation.Worlds;

namespace ClusterLog.Simulation.Workload;

/// <summary>
/// Who does what to the cluster, drawn from the seed up front, so that it can be shrunk: every client has a stream of
/// randomness of its own, by its number, and goes on as before when others are taken out.
/// </summary>
internal sealed record WorkloadPlan(
    IReadOnlyList<PlannedTopic> Topics,
    IReadOnlyList<PlannedProducer> Producers,
    IReadOnlyList<PlannedConsumer> Consumers,
    IReadOnlyList<PlannedReader> Readers,
    IReadOnlyList<PlannedChange> Changes)
{
    public static WorkloadPlan Draw(SimulatedRandom random, WorldSettings settings)
    {
        var topics = new List<PlannedTopic>();
        for (var i = 0; i < settings.Topics; i++)
        {
            topics.Add(new PlannedTopic(
                $"t{i}",
                random.Next(1, settings.PartitionsMax + 1),
                Math.Min(3, settings.Brokers),
                ChooseConfig(settings, i)));
        }

        var number = 0;
        var producers = new List<PlannedProducer>();
        var consumers = new List<PlannedConsumer>();
        var readers = new List<PlannedReader>();
        foreach (var topic in topics)
        {
            for (var partition = 0; partition < topic.Partitions; partition++)
            {
                for (var count = random.Next(1, 3); count > 0; count--)
                {
                    producers.Add(DrawProducer(random, ++number, topic.Name, partition));
                }

                consumers.Add(new PlannedConsumer(++number, topic.Name, partition, DrawPause(random)));
                if (random.Next(2) == 0)
                {
                    readers.Add(new PlannedReader(++number, topic.Name, partition, DrawPause(random)));
                }
            }
        }

        return new WorkloadPlan(topics, producers, consumers, readers, DrawChanges(random, settings, topics));
    }

    /// <summary>
    /// Half of the topics keep everything that no operator trims; the others little, by size or age. Chosen by what was
    /// drawn anyway, so that seeds go on as they did before there was a choice.
    /// </summary>
    private static TopicConfig ChooseConfig(WorldSettings settings, int topic) =>
        (((settings.SafetyTime / WorldSettings.Second) + topic) % 4) switch
        {
            0 => new TopicConfig { RetentionBytes = 16 << 10 },
            1 => new TopicConfig { RetentionMs = 30_000 },
            _ => TopicConfig.Default,
        };

    private static PlannedProducer DrawProducer(SimulatedRandom random, int number, string topic, int partition)
    {
        var isIdempotent = random.Next(5) > 0;
        var acks = random.Next(8) switch { 0 => Acks.Leader, 1 => Acks.None, _ => Acks.All };
        return new PlannedProducer(
            number,
            topic,
            partition,
            isIdempotent,
            isIdempotent ? Acks.All : acks,
            isIdempotent ? random.Next(1, 6) : 1,
            DrawPause(random),
            Busy: random.Between(5, 30) * WorldSettings.Second,
            Idle: random.Between(1, 40) * WorldSettings.Second);
    }

    private static long DrawPause(SimulatedRandom random) =>
        random.Next(3) switch { 0 => 400, 1 => 1000, _ => 2500 } * WorldSettings.Millisecond;

    private static List<PlannedChange> DrawChanges(
        SimulatedRandom random, WorldSettings settings, List<PlannedTopic> topics)
    {
        var changes = new List<PlannedChange>();
        var extra = 0;
        var at = random.Between(5, 30) * WorldSettings.Second;
        while (at < settings.SafetyTime - (20 * WorldSettings.Second))
        {
            var topic = topics[random.Next(topics.Count)];
            var partition = random.Next(topic.Partitions);
            changes.Add(random.Next(12) switch
            {
                0 => new PlannedChange(at, ChangeKind.CreateTopic, $"x{extra++}", random.Next(1, 3), random.Next()),
                1 when extra > 0 => new PlannedChange(at, ChangeKind.DeleteTopic, $"x{random.Next(extra)}", 0, random.Next()),
                2 or 3 or 4 => new PlannedChange(at, ChangeKind.Transfer, topic.Name, partition, random.Next()),
                5 or 6 => new PlannedChange(at, ChangeKind.Trim, topic.Name, partition, random.Next()),
                _ => new PlannedChange(at, ChangeKind.Assign, topic.Name, partition, random.Next()),
            });
            at += random.Between(2, 30) * WorldSettings.Second;
        }

        return changes;
    }
}

/// <summary>A topic that is there from the start.</summary>
internal sealed record PlannedTopic(string Name, int Partitions, int Replicas, TopicConfig Config);

/// <summary>One who writes to a partition: for a while, then nothing for a while, again and again.</summary>
internal sealed record PlannedProducer(
    int Number,
    string Topic,
    int Partition,
    bool IsIdempotent,
    Acks Acks,
    int InFlightMax,
    long Pause,
    long Busy,
    long Idle);

/// <summary>One who reads a partition from its beginning on.</summary>
internal sealed record PlannedConsumer(int Number, string Topic, int Partition, long Pause);

/// <summary>One who asks for a partition's end, linearizably.</summary>
internal sealed record PlannedReader(int Number, string Topic, int Partition, long Pause);

/// <summary>Something that an operator does.</summary>
/// <param name="At">Virtual microseconds.</param>
/// <param name="Number">Partitions of a topic to create; else the partition.</param>
/// <param name="Choice">Random; chooses among what there is at that time.</param>
internal sealed record PlannedChange(long At, ChangeKind Kind, string Topic, int Number, int Choice)
{
    public override string ToString() => $"{At / 1e6,10:F3} s  {Kind} {Topic}/{Number} (choice {Choice})";
}

/// <summary>What an operator may do.</summary>
internal enum ChangeKind
{
    CreateTopic,
    DeleteTopic,
    Transfer,
    Trim,
    Assign,
}
