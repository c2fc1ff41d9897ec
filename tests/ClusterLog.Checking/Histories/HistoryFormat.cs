using System.Text.Json;

namespace ClusterLog.Checking.Histories;

/// <summary>
/// A history as text: one JSON object a line, ended by a line feed.
/// <code>{"process":3,"type":"ok","function":"read","value":7,"invoked":120,"key":"x","completed":135}</code>
/// Type is ok, fail or info; key and completed may be absent; anything else may not, and nothing else may be there.
/// </summary>
public static class HistoryFormat
{
    /// <summary>Bytes that a line may have, without its end, unless the caller says otherwise.</summary>
    public const int LineBytesMaxDefault = 1 << 20;

    internal const int DepthMax = 16;

    internal static JsonSerializerOptions Json { get; } = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        UnmappedMemberHandling = System.Text.Json.Serialization.JsonUnmappedMemberHandling.Disallow,
        DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull,
        RespectRequiredConstructorParameters = true,
        RespectNullableAnnotations = true,
        AllowDuplicateProperties = false,
        MaxDepth = DepthMax,
    };

    internal static string Word(Outcome outcome) => outcome switch
    {
        Outcome.Ok => "ok",
        Outcome.Failed => "fail",
        Outcome.Unknown => "info",
        _ => throw new ArgumentOutOfRangeException(nameof(outcome), outcome, "Not an outcome."),
    };

    internal static Outcome OutcomeOf(string word) => word switch
    {
        "ok" => Outcome.Ok,
        "fail" => Outcome.Failed,
        "info" => Outcome.Unknown,
        _ => throw new HistoryFormatException($"The type is \"{word}\", expected ok, fail or info."),
    };

    /// <summary>The object on a line. Parameters without a default must be there.</summary>
    internal sealed record Line(
        long Process,
        string Type,
        string Function,
        JsonElement Value,
        long Invoked,
        string? Key = null,
        long? Completed = null);
}
