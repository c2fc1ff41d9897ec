namespace ClusterLog.PowerLoss;

/// <summary>A change of names that no sync of its folder has made lasting yet.</summary>
internal sealed record NameChange(NameChangeKind Kind, string From, string To, HeldFile? File)
{
    /// <summary>A sync made it lasting, but the folder that it is in is not: it lasts as soon as that does.</summary>
    public bool WaitsForFolder { get; set; }
}
