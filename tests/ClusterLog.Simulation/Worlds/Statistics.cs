namespace ClusterLog.Simulation.Worlds;

/// <summary>What happened in a simulation, counted.</summary>
internal sealed class Statistics
{
    /// <summary>Entries that were committed, over all groups.</summary>
    public long Committed { get; set; }

    /// <summary>Replicas that became leader.</summary>
    public long Elections { get; set; }

    /// <summary>Brokers that lost power, were killed or gave up, and came back.</summary>
    public long Crashes { get; set; }

    /// <summary>Disks that were damaged or lost, found out, replaced, and filled again.</summary>
    public long CorruptionsRepaired { get; set; }

    public long MessagesSent { get; set; }

    public long MessagesLost { get; set; }

    /// <summary>Virtual microseconds.</summary>
    public long Microseconds { get; set; }

    public long Steps { get; set; }

    public void Add(Statistics other)
    {
        Committed += other.Committed;
        Elections += other.Elections;
        Crashes += other.Crashes;
        CorruptionsRepaired += other.CorruptionsRepaired;
        MessagesSent += other.MessagesSent;
        MessagesLost += other.MessagesLost;
        Microseconds += other.Microseconds;
        Steps += other.Steps;
    }
}
