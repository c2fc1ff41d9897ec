using ClusterLog.Raft;
using ClusterLog.Raft.Membership;

namespace ClusterLog.Storage;

/// <summary>
/// The configurations that one log holds: the one in force where it begins, and each change since. Owner thread only.
/// </summary>
internal sealed class ConfigurationHistory
{
    private LoggedConfiguration? _base;

    // Most logs never change their configuration: nothing is kept for them.
    private List<LoggedConfiguration>? _changes;

    /// <summary>Forgets all: the log begins behind a checkpoint.</summary>
    /// <param name="configuration">What is in force there; null while the founding one is.</param>
    public void Reset(LoggedConfiguration? configuration) => (_base, _changes) = (configuration, null);

    /// <summary>Notes a change of configuration; indexes rise.</summary>
    public void Add(LogIndex index, ReadOnlySpan<byte> payload) =>
        (_changes ??= new List<LoggedConfiguration>(1)).Add(new LoggedConfiguration(index, ConfigurationCodec.Read(payload)));

    public void TruncateSuffix(LogIndex first)
    {
        while (_changes?.Count > 0 && _changes[^1].Index >= first)
        {
            _changes.RemoveAt(_changes.Count - 1);
        }
    }

    /// <summary>The log begins behind an index: of what is older, only what is in force there is kept.</summary>
    public void TrimPrefix(LogIndex index)
    {
        _base = At(index);
        _changes?.RemoveAll(change => change.Index <= index);
    }

    /// <summary>The newest configuration at or before an index; null while the founding one is in force.</summary>
    public LoggedConfiguration? At(LogIndex index)
    {
        for (var i = (_changes?.Count ?? 0) - 1; i >= 0; i--)
        {
            if (_changes![i].Index <= index)
            {
                return _changes[i];
            }
        }

        return _base;
    }
}
