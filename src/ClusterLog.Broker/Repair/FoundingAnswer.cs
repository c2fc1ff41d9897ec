namespace ClusterLog.Broker.Repair;

/// <summary>What a broker knows of the cluster, told to another that holds nothing of it.</summary>
internal enum FoundingAnswer
{
    /// <summary>It holds nothing either, and has not begun to take part.</summary>
    Blank = 1,

    /// <summary>It helps to found the cluster, together with the asking broker and the directory that this has now.</summary>
    FoundedWithYou = 2,

    /// <summary>The cluster exists: the asking broker may have taken part in it.</summary>
    Exists = 3,
}
