namespace ClusterLog.Protocol;

/// <summary>How the records of a batch are compressed. The numbers are in the batch's attributes: 0 to 7.</summary>
public enum CompressionType : byte
{
    /// <summary>The records stand as they are.</summary>
    None = 0,
}
