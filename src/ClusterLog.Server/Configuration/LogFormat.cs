namespace ClusterLog.Server.Configuration;

/// <summary>How log lines are written to standard output.</summary>
internal enum LogFormat
{
    /// <summary>For people.</summary>
    Text,

    /// <summary>For machines: one JSON object a line.</summary>
    Json,
}
