using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace ClusterLog.Cli.Output;

/// <summary>
/// The JSON of --output json. The shapes are the records listed here, and nothing else is ever serialised: what scripts
/// depend on changes only where one of these types does. Serialisers are generated, which saves their start-up time.
/// </summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.Never)]
[JsonSerializable(typeof(TopicJson))]
[JsonSerializable(typeof(TopicListJson))]
[JsonSerializable(typeof(TopicAlteredJson))]
[JsonSerializable(typeof(TopicDeletedJson))]
[JsonSerializable(typeof(MovesJson))]
[JsonSerializable(typeof(TopicResizedJson))]
[JsonSerializable(typeof(PartitionMovedJson))]
[JsonSerializable(typeof(ProduceSummaryJson))]
[JsonSerializable(typeof(BenchProduceJson))]
[JsonSerializable(typeof(BenchConsumeJson))]
[JsonSerializable(typeof(StatusJson))]
internal sealed partial class CliJson : JsonSerializerContext
{
    /// <summary>The value as indented JSON with a final newline.</summary>
    public static string Write<T>(T value)
    {
        var shape = (JsonTypeInfo<T>)Readable.Context.GetTypeInfo(typeof(T))!;
        return JsonSerializer.Serialize(value, shape) + "\n";
    }

    /// <summary>
    /// Indented, and with letters of all languages as they are. In a class of its own, since the order in which the two
    /// halves of a partial class initialise their static fields is not defined.
    /// </summary>
    private static class Readable
    {
        public static readonly JsonSerializerContext Context = new CliJson(new JsonSerializerOptions(Default.Options)
        {
            WriteIndented = true,
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        });
    }
}
