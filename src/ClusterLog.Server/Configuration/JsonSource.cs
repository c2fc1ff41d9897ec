using System.Text.Json;
using ClusterLog.Broker.Hosting;

namespace ClusterLog.Server.Configuration;

/// <summary>
/// Reads a file such as <c>{ "BrokerId": 1, "Limits": { "FrameBytesMax": "8 MiB" } }</c>. Comments and trailing commas
/// are allowed; case does not matter; a list becomes a text with commas; null is the same as absent.
/// </summary>
internal static class JsonSource
{
    private static readonly JsonDocumentOptions Lenient = new()
    {
        AllowTrailingCommas = true,
        CommentHandling = JsonCommentHandling.Skip,
        MaxDepth = 8,
    };

    public static SourceContent Read(string file)
    {
        try
        {
            return Parse(file, File.ReadAllText(file));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return Failed(file, error.Message);
        }
    }

    /// <param name="file">For messages.</param>
    /// <param name="json">The file's text.</param>
    public static SourceContent Parse(string file, string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json, Lenient);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                return Failed(file, document.RootElement.ValueKind.ToString().ToLowerInvariant());
            }

            var values = new List<ConfiguredValue>();
            Flatten(document.RootElement, "", file, values);
            return new SourceContent(values, Repeated(values));
        }
        catch (JsonException error)
        {
            return Failed(file, error.Message);
        }
    }

    private static void Flatten(JsonElement element, string prefix, string file, List<ConfiguredValue> values)
    {
        foreach (var property in element.EnumerateObject())
        {
            var path = prefix + property.Name;
            if (property.Value.ValueKind == JsonValueKind.Object)
            {
                Flatten(property.Value, path + ".", file, values);
            }
            else if (property.Value.ValueKind != JsonValueKind.Null)
            {
                values.Add(new ConfiguredValue(path, TextOf(property.Value), $"{file}: {path}"));
            }
        }
    }

    private static string TextOf(JsonElement value) => value.ValueKind == JsonValueKind.Array
        ? string.Join(",", value.EnumerateArray().Select(item => item.ToString()))
        : value.ToString();

    private static List<OptionError> Repeated(List<ConfiguredValue> values) =>
    [
        .. values.GroupBy(value => value.Path, StringComparer.OrdinalIgnoreCase)
            .Where(group => group.Count() > 1)
            .Select(group => new OptionError(
                group.Last().Origin, string.Join(" and ", group.Select(value => value.Text)), "each key once")),
    ];

    private static SourceContent Failed(string file, string found) =>
        new([], [new OptionError("--config " + file, found, "a file that can be read and holds one JSON object")]);
}
