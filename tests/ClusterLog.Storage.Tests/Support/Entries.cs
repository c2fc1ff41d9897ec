using ClusterLog.Raft;

namespace ClusterLog.Storage.Tests.Support;

/// <summary>Makes entries whose payload can be checked against their place.</summary>
internal static class Entries
{
    public static LogEntry Make(
        ulong index, ulong term, long baseOffset, int count = 1, int bytes = 100, long timestamp = 0,
        EntryKind kind = EntryKind.Data)
    {
        var payload = new byte[bytes];
        new Random((int)(index * 31 + term)).NextBytes(payload);
        return new LogEntry(
            new LogIndex(index), new Term(term), kind, baseOffset, kind == EntryKind.Data ? count : 0, timestamp, payload);
    }

    public static void AssertSame(LogEntry expected, LogEntry actual)
    {
        Assert.Equal(expected with { Payload = default }, actual with { Payload = default });
        Assert.True(expected.Payload.Span.SequenceEqual(actual.Payload.Span), $"payload of index {expected.Index}");
    }

    public static void AssertSame(IEnumerable<LogEntry> expected, IEnumerable<LogEntry> actual)
    {
        var (left, right) = (expected.ToArray(), actual.ToArray());
        Assert.Equal(left.Select(entry => entry.Index), right.Select(entry => entry.Index));
        for (var i = 0; i < left.Length; i++)
        {
            AssertSame(left[i], right[i]);
        }
    }
}
