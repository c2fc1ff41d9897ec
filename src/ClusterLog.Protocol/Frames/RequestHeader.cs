using ClusterLog.Protocol.Messages;

namespace ClusterLog.Protocol.Frames;

/// <summary>The first three fields of a request, <c>[api, version, correlationId, ...]</c>.</summary>
/// <param name="Api">What is asked for; may be a number that this build does not know.</param>
/// <param name="Version">The version of the API that the rest of the frame follows.</param>
/// <param name="CorrelationId">The client's number for the request, repeated in its response.</param>
internal readonly record struct RequestHeader(ApiKey Api, short Version, uint CorrelationId)
{
    /// <summary>How many fields of the array belong to the header.</summary>
    public const int FieldCount = 3;

    /// <summary>How many fields follow the header in the frame's array.</summary>
    public int BodyFields { get; init; }
}
