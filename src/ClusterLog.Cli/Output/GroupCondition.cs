namespace ClusterLog.Cli.Output;

/// <summary>How the replicas of a group stand to each other, the worst first.</summary>
internal enum GroupCondition
{
    /// <summary>Two replicas have applied the same number of records and not the same records.</summary>
    Differ,

    /// <summary>A replica has stopped for a fault of its disk or its data.</summary>
    Failed,

    /// <summary>No replica knows of a leader.</summary>
    Leaderless,

    /// <summary>A replica has applied less than another; under load that is usual and passes.</summary>
    Behind,

    /// <summary>All that answered have applied the same records.</summary>
    Equal,
}
