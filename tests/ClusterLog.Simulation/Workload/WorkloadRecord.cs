using System.Buffers.Binary;
using ClusterLog.Protocol.Batches;

namespace ClusterLog.Simulation.Workload;

/// <summary>What the workload's records hold: each a number that no other has.</summary>
internal static class WorkloadRecord
{
    /// <summary>The header that a record without a value has its number in.</summary>
    public const string NumberHeader = "number";

    public static long NumberOf(in BatchRecord record) => BinaryPrimitives.ReadInt64LittleEndian(
        record.Value is { } value ? value.Span : record.Headers[0].Value!.Value.Span);
}
