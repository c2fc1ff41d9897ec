using ClusterLog.Raft;

namespace ClusterLog.Storage.Tests.Support;

/// <summary>One life of a group's log: from its founding, or from a snapshot that took the place of all before.</summary>
internal sealed class ModelEra
{
    public ModelEra(ulong first, Term term, long offset, ulong configuration)
    {
        (Base, BaseTerm, BaseOffset, BaseConfiguration, Commit) = (first, term, offset, configuration, first);
    }

    /// <summary>The log begins behind this index.</summary>
    public ulong Base { get; }

    public Term BaseTerm { get; }

    public long BaseOffset { get; }

    /// <summary>The index of the configuration in force at the base; 0 for the founding one.</summary>
    public ulong BaseConfiguration { get; }

    public List<LogEntry> Log { get; } = [];

    public ulong Commit { get; set; }

    public ulong LastIndex => Base + (ulong)Log.Count;

    public long NextOffset => Log.Count > 0 ? Log[^1].NextOffset : BaseOffset;

    /// <summary>How many entries of the log are at or before an index.</summary>
    public int CountTo(ulong index) => (int)Math.Clamp((long)index - (long)Base, 0, Log.Count);

    public Term TermAt(ulong index) => index == Base ? BaseTerm : Log[CountTo(index) - 1].Term;

    public long NextOffsetAt(ulong index) => index == Base ? BaseOffset : Log[CountTo(index) - 1].NextOffset;

    public ulong ConfigurationOf(IEnumerable<LogEntry> log) =>
        log.LastOrDefault(entry => entry.Kind == EntryKind.Configuration)?.Index.Value ?? BaseConfiguration;
}
