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
                    producers.Add(DrawProducer(random, ++number, topic, partition));
                }

                consumers.Add(new PlannedConsumer(++number, topic.Name, partition, DrawPause(random), topic.IsKeyed));
                if (random.Next(2) == 0)
                {
                    readers.Add(new PlannedReader(++number, topic.Name, partition, DrawPause(random)));
                }
            }
        }

        return new WorkloadPlan(topics, producers, consumers, readers, DrawChanges(random, settings, topics));
    }

    /// <summary>
    /// A third of the topics keep everything that no operator trims, a third little, by size or age, and a third the latest
    /// record of each key, some of them little of that too. Chosen by what was drawn anyway, so that a plan goes on as it
    /// would with another choice.
    /// </summary>
    private static TopicConfig ChooseConfig(WorldSettings settings, int topic)
    {
        var drawn = (settings.SafetyTime / WorldSettings.Second) + topic;
        var compacted = TopicConfig.Default with
        {
            Cleanup = CleanupPolicy.Compact,
            TombstoneGraceMs = 1_000 * (drawn % 7),
        };
        return (drawn % 6) switch
        {
            0 => TopicConfig.Default with { RetentionBytes = 16 << 10 },
            1 => TopicConfig.Default with { RetentionMs = 30_000 },
            2 => compacted,
            3 when drawn % 4 == 3 => compacted with
            {
                Cleanup = CleanupPolicy.Compact | CleanupPolicy.Delete,
                RetentionBytes = 64 << 10,
            },
            3 => compacted,
            _ => TopicConfig.Default,
        };
    }

    private static PlannedProducer DrawProducer(SimulatedRandom random, int number, PlannedTopic topic, int partition)
    {
        var isIdempotent = random.Next(5) > 0;
        var acks = random.Next(8) switch { 0 => Acks.Leader, 1 => Acks.None, _ => Acks.All };
        return new PlannedProducer(
            number,
            topic.Name,
            partition,
            isIdempotent,
            isIdempotent ? Acks.All : acks,
            isIdempotent ? random.Next(1, 6) : 1,
            DrawPause(random),
            Busy: random.Between(5, 30) * WorldSettings.Second,
            Idle: random.Between(1, 40) * WorldSettings.Second,
            topic.IsKeyed);
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
internal sealed record PlannedTopic(string Name, int Partitions, int Replicas, TopicConfig Config)
{
    /// <summary>Every record needs a key, and later ones of its key supersede it.</summary>
    public bool IsKeyed => Config.Cleanup.HasFlag(CleanupPolicy.Compact);
}

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
    long Idle,
    bool IsKeyed);

/// <summary>One who reads a partition from its beginning on.</summary>
internal sealed record PlannedConsumer(int Number, string Topic, int Partition, long Pause, bool IsKeyed);

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
