using System.Globalization;
using ClusterLog.Raft.Membership;

namespace ClusterLog.Conformance.Interaction;

/// <summary>What <c>add-nodes</c> says of the nodes that it adds.</summary>
internal sealed record ScriptNodeOptions
{
    /// <summary>The language's election timeout, in ticks.</summary>
    public const int ElectionTicks = 3;

    public required RaftOptions Raft { get; init; }

    /// <summary>The members in the snapshot that the nodes start from; nobody for nodes that start from nothing.</summary>
    public required Configuration Founding { get; init; }

    /// <summary>The index of the snapshot that the nodes start from; zero for nodes that start from nothing.</summary>
    public LogIndex Index { get; init; }

    /// <summary>The state of the state machine in that snapshot.</summary>
    public string Content { get; init; } = string.Empty;

    /// <summary>Writes are done by <c>process-append-thread</c> and <c>process-apply-thread</c>.</summary>
    public bool IsAsync { get; init; }

    /// <summary>The most bytes that are applied at a time; always at least one entry.</summary>
    public long AppliedBytesMax { get; init; } = long.MaxValue;

    /// <summary>Reads rely on the leader's lease, so that a node may not forget its leader at will.</summary>
    public bool IsLeaseBased { get; init; }

    /// <summary>Reads the options of an <c>add-nodes</c> command.</summary>
    public static ScriptNodeOptions Parse(Directive directive)
    {
        return new ScriptNodeOptions
        {
            Raft = new RaftOptions
            {
                ElectionTicks = ElectionTicks,
                PreVote = directive.IsTrue("prevote"),
                CheckQuorum = directive.IsTrue("checkquorum"),
                QuietGroups = false,
                AppendBytesMax = int.MaxValue,
                InflightBytesMax = int.MaxValue,
                InflightMessagesMax = directive.NumberOf("inflight") ?? 1024,
            },
            Founding = new Configuration(Ids(directive, "voters"), [], Ids(directive, "learners"), [], autoLeave: false),
            Index = new LogIndex((ulong)(directive.NumberOf("index") ?? 0)),
            Content = directive.ValueOf("content") ?? string.Empty,
            IsAsync = directive.IsTrue("async-storage-writes"),
            AppliedBytesMax = directive.NumberOf("max-committed-size-per-ready") ?? long.MaxValue,
            IsLeaseBased = directive.ValueOf("read-only") == "lease-based",
        };
    }

    private static ReplicaId[] Ids(Directive directive, string key)
        => [.. directive.ValuesOf(key).Select(id => new ReplicaId(int.Parse(id, CultureInfo.InvariantCulture)))];
}
