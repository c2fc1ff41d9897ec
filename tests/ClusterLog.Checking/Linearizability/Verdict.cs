namespace ClusterLog.Checking.Linearizability;

/// <summary>What a check came to.</summary>
public enum Verdict
{
    /// <summary>An order of the operations exists that the model and the clock allow.</summary>
    Linearizable,

    /// <summary>No such order exists.</summary>
    NotLinearizable,

    /// <summary>The search met a bound of <see cref="SearchOptions"/> before it knew.</summary>
    Unknown,
}
