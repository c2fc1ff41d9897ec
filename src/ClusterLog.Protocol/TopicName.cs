using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace ClusterLog.Protocol;

/// <summary>Which names a topic may have: those that are also safe as the name of a folder or of a metric.</summary>
public static class TopicName
{
    private static readonly SearchValues<char> Allowed =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-");

    /// <summary>
    /// Whether this is 1 to <see cref="ProtocolLimits.TopicNameLengthMax"/> of A-Z, a-z, 0-9, '.', '_' and '-', and
    /// neither "." nor "..".
    /// </summary>
    public static bool IsValid([NotNullWhen(true)] string? name) =>
        name is { Length: > 0 and <= ProtocolLimits.TopicNameLengthMax }
        && name is not ("." or "..")
        && !name.AsSpan().ContainsAnyExcept(Allowed);
}
