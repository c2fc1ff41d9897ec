namespace ClusterLog.Client.Producing;

/// <summary>What became of an attempt to put a record into a batch.</summary>
internal enum AppendResult
{
    /// <summary>It is in.</summary>
    Appended,

    /// <summary>It did not fit into the open batch, which was closed: choose a partition again and try again.</summary>
    BatchClosed,

    /// <summary>The buffer is full: wait until a batch is settled.</summary>
    BufferFull,

    /// <summary>The producer takes no more records.</summary>
    Ended,
}
