using ClusterLog.Client;

namespace ClusterLog.Cli.Output;

/// <summary>Puts records into the output buffer, each on a line.</summary>
internal interface IRecordWriter : IDisposable
{
    /// <summary>Writes one record and the newline after it.</summary>
    void Write(in ConsumedRecord record);
}
