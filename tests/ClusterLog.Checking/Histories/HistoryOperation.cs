using System.Text.Json;

namespace ClusterLog.Checking.Histories;

/// <summary>One operation as a history holds it: who did what, when, and what came of it.</summary>
/// <param name="Process">Who did it. A process does one thing after the other.</param>
/// <param name="Outcome">What the process knows about it.</param>
/// <param name="Function">What was done, in the words of the workload: read, write, cas, produce, poll …</param>
/// <param name="Key">The object it was done to, where a workload has several: a register, a partition.</param>
/// <param name="Value">Argument and result, as the workload defines them.</param>
/// <param name="Invoked">When it began. The unit is the recorder's; only the order matters.</param>
/// <param name="Completed">When it ended, not before <paramref name="Invoked"/>; null if it never did.</param>
public sealed record HistoryOperation(
    long Process,
    Outcome Outcome,
    string Function,
    string? Key,
    JsonElement Value,
    long Invoked,
    long? Completed);
