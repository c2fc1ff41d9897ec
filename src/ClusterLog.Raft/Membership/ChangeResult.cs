namespace ClusterLog.Raft.Membership;

/// <summary>What a change leads to: a configuration, or the reason why it is refused. Exactly one is not null.</summary>
internal readonly record struct ChangeResult(Configuration? Configuration, string? Error)
{
    public static implicit operator ChangeResult(Configuration configuration) => new(configuration, null);

    public static ChangeResult Refused(string error) => new(null, error);
}
