namespace ClusterLog.Protocol.Frames;

/// <summary>The first two fields of a response, <c>[correlationId, error, ...]</c>.</summary>
/// <param name="CorrelationId">That of the request.</param>
/// <param name="Error">None if the body of the API follows, else an <see cref="ErrorBody"/> does.</param>
internal readonly record struct ResponseHeader(uint CorrelationId, ErrorCode Error)
{
    /// <summary>How many fields of the array belong to the header.</summary>
    public const int FieldCount = 2;

    /// <summary>How many fields follow the header in the frame's array.</summary>
    public int BodyFields { get; init; }
}
