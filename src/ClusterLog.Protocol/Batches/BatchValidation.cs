namespace ClusterLog.Protocol.Batches;

/// <summary>What <see cref="RecordBatchValidator"/> found.</summary>
/// <param name="Error">None if the batch may be appended.</param>
/// <param name="Message">What was expected and found; empty if nothing is wrong.</param>
internal readonly record struct BatchValidation(ErrorCode Error, string Message)
{
    /// <summary>The verdict on a batch in which nothing is wrong.</summary>
    public static BatchValidation Valid => new(ErrorCode.None, string.Empty);

    /// <summary>Whether the batch may be appended.</summary>
    public bool IsValid => Error == ErrorCode.None;
}
