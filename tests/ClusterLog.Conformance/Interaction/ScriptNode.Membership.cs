using ClusterLog.Raft.Membership;

namespace ClusterLog.Conformance.Interaction;

internal sealed partial class ScriptNode
{
    private (ConfigurationChange Change, Action<LogEntry> Appended)? _waitingChange;

    /// <summary>
    /// Proposes a change of the members as the language understands it. Its leaders append an empty entry in place of a
    /// change that must not be made now; and they take one before an entry of their own term is committed, where ours ask
    /// to try again then. Returns false when the proposal is dropped.
    /// </summary>
    public bool ProposeChange(ConfigurationChange change, Action<LogEntry> appended)
    {
        LogEntry? entry = null;
        var result = ProposeResult.ChangeInProgress;
        if (_waitingChange is null)
        {
            Input(core => result = core.ProposeChange(change, out entry));
        }

        switch (result)
        {
            case ProposeResult.Accepted:
                appended(entry!);
                return true;
            case ProposeResult.NotReady:
                _waitingChange = (change, appended);
                return true;
            case ProposeResult.ChangeInProgress or ProposeResult.InvalidChange:
                Input(core => result = core.Propose(EntryKind.Command, 0, 0, ReadOnlyMemory<byte>.Empty, out _));
                return result == ProposeResult.Accepted;
            default:
                return false;
        }
    }

    private void RetryChange()
    {
        if (_waitingChange is { } waiting && (Core.IsReady || !IsLeader))
        {
            _waitingChange = null;
            if (IsLeader)
            {
                ProposeChange(waiting.Change, waiting.Appended);
            }
        }
    }
}
