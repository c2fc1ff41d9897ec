namespace ClusterLog.Cli.Commands;

/// <summary>How results are written to standard output.</summary>
internal enum OutputFormat
{
    /// <summary>For people.</summary>
    Text,

    /// <summary>For programs: field names in camel case, with their unit.</summary>
    Json,
}
