using System.Runtime.CompilerServices;
using System.Text;
using ClusterLog.Raft.Membership;

namespace ClusterLog.Conformance.Interaction;

/// <summary>
/// One node of a script: a core, its log, and a disk on which a write is done when the script says so. Outputs are
/// taken after every input, so that one proposal is one message, as the scripts expect; they are handed on when the
/// script processes the node's ready state.
/// </summary>
internal sealed partial class ScriptNode
{
    private readonly Queue<List<RaftOutput>> _appendWork = new();
    private readonly Queue<LogIndex> _applyWork = new();
    private readonly ScriptNodeOptions _options;
    private readonly ScriptLog _log;
    private List<RaftOutput> _ready = [];
    private readonly List<byte> _state;
    private LogIndex _handedToApply;

    public ScriptNode(int id, ScriptNodeOptions options)
    {
        Id = id;
        _options = options;

        // The scripts start at term 0 after a snapshot of term 1, which no real replica can; here it is of term 0.
        _log = new ScriptLog(options.Index, Term.Zero);
        DurableLog = new ScriptLog(options.Index, Term.Zero);
        _state = [.. Encoding.UTF8.GetBytes(options.Content)];
        Applied = options.Index;
        _handedToApply = options.Index;
        Core = new RaftCore(
            options.Raft, new ReplicaId(id), options.Founding, _log, default, options.Index, new LongestTimeouts());
    }

    public int Id { get; }

    public RaftCore Core { get; }

    /// <summary>What the node's disk holds.</summary>
    public ScriptLog DurableLog { get; }

    /// <summary>How far the node's state machine has come.</summary>
    public LogIndex Applied { get; private set; }

    /// <summary>The state machine's state as of <see cref="Applied"/>.</summary>
    public RaftSnapshot Snapshot => new(
        Applied, _log.TermAt(Applied)!.Value, 0, _log.LatestConfiguration(Applied), _state.ToArray());

    /// <summary>The members as of <see cref="Applied"/>.</summary>
    public Configuration AppliedConfiguration => _log.LatestConfiguration(Applied)?.Value ?? _options.Founding;

    public bool IsLeader => Core.Role == RaftRole.Leader;

    public bool HasReady => _ready.Count > 0 || ApplyTarget > _handedToApply;

    public bool HasAppendWork => _appendWork.Count > 0;

    public bool HasApplyWork => _applyWork.Count > 0;

    /// <summary>Asynchronous storage applies only what its own disk holds; synchronous storage writes first.</summary>
    private LogIndex ApplyTarget => LogIndex.Min(Core.Commit, DurableLog.LastIndex);

    /// <summary>Gives the core an input and keeps what comes out.</summary>
    public void Input(Action<RaftCore> input)
    {
        input(Core);
        TakeOutputs();
        RetryChange();
    }

    /// <summary>Sets after how many ticks without a leader the node campaigns, until its state changes next.</summary>
    public void SetElectionTimeout(int ticks) => ElectionTimeoutOf(Core) = ticks;

    /// <summary>
    /// The node no longer counts on its leader, though it has heard of it. Our core forgets a leader only together with
    /// its broker, and then campaigns sooner; the language leaves the timeout as it is.
    /// </summary>
    public void ForgetLeader()
    {
        if (IsLeader || _options.IsLeaseBased)
        {
            return;
        }

        var timeout = ElectionTimeoutOf(Core);
        Input(core => core.PeerDown(core.Leader));
        SetElectionTimeout(timeout);
    }

    /// <summary>
    /// Hands the outputs on. With synchronous storage they are durable and applied at once; otherwise they become work.
    /// </summary>
    public void ProcessReady(List<ScriptMessage> messages)
    {
        var ready = _ready;
        _ready = [];
        messages.AddRange(ready.SelectMany(output => output.Messages).Select(ScriptMessage.Of));
        if (!_options.IsAsync)
        {
            var tokens = Write(ready, messages);
            HandToApply();
            ProcessApplyThread();
            tokens.ForEach(token => Input(core => core.Durable(token)));
            return;
        }

        // Our candidates ask for votes only once their own is durable (raft-notes rule 8), the language's at once: here
        // the disk has written it by now, and the core hears of that later.
        ready.ForEach(output => SendVoteRequests(output, messages));
        if (ready.Any(output => output.Token is not null))
        {
            _appendWork.Enqueue(ready);
        }

        HandToApply();
    }

    /// <summary>Does the oldest append work; the core hears of it by a message to itself.</summary>
    public void ProcessAppendThread(List<ScriptMessage> messages)
    {
        if (_appendWork.TryDequeue(out var work))
        {
            var tokens = Write(work, messages);
            messages.AddRange(tokens.Select(token => ScriptMessage.Of(Id, token)));
        }
    }

    /// <summary>Does the oldest apply work. Nothing of it comes back to our core.</summary>
    public void ProcessApplyThread()
    {
        if (_applyWork.TryDequeue(out var target))
        {
            for (; Applied < target; Applied = Applied.Next)
            {
                // The state machine of the scripts keeps all that it was told.
                _state.AddRange(DurableLog[Applied.Next].Payload.Span);
            }
        }
    }

    /// <summary>Drops the entries up to and including an index from the node's log.</summary>
    public void Compact(LogIndex upTo)
    {
        _log.Compact(upTo);
        DurableLog.Compact(upTo);
    }

    private void TakeOutputs()
    {
        while (Core.HasOutput)
        {
            var output = Core.TakeOutput();

            // Our leaders name a successor when they have no vote any more, which the language's do not.
            output.Messages.RemoveAll(message => message is TimeoutNowRequest && message.To != Core.LastTransferTarget);
            _ready.Add(output);
            foreach (var peer in output.SnapshotsWanted)
            {
                Core.SnapshotReady(peer, Snapshot);
            }
        }
    }

    private void HandToApply()
    {
        var target = _handedToApply;
        long bytes = 0;
        while (target < ApplyTarget)
        {
            bytes += DurableLog[target.Next].Payload.Length;
            if (target > _handedToApply && bytes > _options.AppliedBytesMax)
            {
                break;
            }

            target = target.Next;
        }

        if (target > _handedToApply)
        {
            _handedToApply = target;
            _applyWork.Enqueue(target);
        }
    }

    private List<DurableToken> Write(List<RaftOutput> outputs, List<ScriptMessage> messages)
    {
        var tokens = new List<DurableToken>();
        foreach (var output in outputs)
        {
            if (output.Token is not { } token)
            {
                continue;
            }

            if (output.Snapshot is { } snapshot)
            {
                Install(snapshot);
            }

            if (output.Entries.Count > 0)
            {
                if (output.Entries[0].Index <= DurableLog.LastIndex)
                {
                    DurableLog.TruncateSuffix(output.Entries[0].Index);
                }

                DurableLog.Append([.. output.Entries]);
            }

            messages.AddRange(output.MessagesAfterDurable.Select(ScriptMessage.Of));
            tokens.Add(token);
        }

        return tokens;
    }

    private static void SendVoteRequests(RaftOutput output, List<ScriptMessage> messages)
    {
        messages.AddRange(output.MessagesAfterDurable.OfType<VoteRequest>().Select(ScriptMessage.Of));
        output.MessagesAfterDurable.RemoveAll(message => message is VoteRequest);
    }

    private void Install(RaftSnapshot snapshot)
    {
        DurableLog.Reset(snapshot);
        _state.Clear();
        _state.AddRange(snapshot.State.Span);
        _applyWork.Clear();
        _handedToApply = snapshot.Index;
        Applied = snapshot.Index;
    }

    // The language sets the timeout from outside; a core draws it and shows it to nobody.
    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_electionTimeout")]
    private static extern ref int ElectionTimeoutOf(RaftCore core);

    /// <summary>Draws the longest election timeout always: the scripts know when each node campaigns.</summary>
    private sealed class LongestTimeouts : Random
    {
        public override int Next(int maxValue) => maxValue - 1;

        public override int Next(int minValue, int maxValue) => maxValue - 1;
    }
}
