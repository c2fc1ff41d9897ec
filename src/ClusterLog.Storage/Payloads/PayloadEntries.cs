using ClusterLog.Raft;

namespace ClusterLog.Storage.Payloads;

/// <summary>What entries are to the memory of their payloads.</summary>
internal static class PayloadEntries
{
    /// <summary>The entry with memory of its own, for as long as anyone wants it; the same where it has that already.</summary>
    public static LogEntry WithOwnPayload(this LogEntry entry) =>
        PayloadSlice.Of(entry.Payload) is null ? entry : entry with { Payload = entry.Payload.ToArray() };

    /// <summary>
    /// Whoever had entries that came from outside has done with them: those that no log has taken are nobody's, and their
    /// memory may be used again.
    /// </summary>
    public static void DiscardUnused(this IReadOnlyList<LogEntry> entries)
    {
        for (var i = 0; i < entries.Count; i++)
        {
            PayloadSlice.Discard(entries[i].Payload);
        }
    }
}
