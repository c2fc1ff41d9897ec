using ClusterLog.Raft.Tests.Cluster;

namespace ClusterLog.Raft.Tests.Conformance;

/// <summary>
/// One node of a script. Outputs are taken after every input, so that one proposal is one message, as the scripts
/// expect; they are handed on when the script processes the node's ready state.
/// </summary>
internal sealed class ScriptNode
{
    private readonly Queue<List<RaftOutput>> _appendWork = new();
    private readonly SimulatedDisk _disk;
    private List<RaftOutput> _ready = [];

    public ScriptNode(int id, RaftOptions options, IReadOnlyList<ReplicaId> voters, ulong index)
    {
        Id = id;

        // The scripts start at term 0 after a snapshot of term 1, which no real replica can; here it is of term 0.
        var log = ListRaftLog.StartingAfter(index, 0);
        _disk = new SimulatedDisk(log.Copy(), default);
        Core = new RaftCore(
            options, new ReplicaId(id), voters, log, default, new LogIndex(index), new LongestTimeouts());
    }

    public int Id { get; }

    public RaftCore Core { get; }

    public ListRaftLog DurableLog => _disk.DurableLog;

    public bool HasReady => _ready.Count > 0;

    public bool HasAppendWork => _appendWork.Count > 0;

    /// <summary>Gives the core an input and keeps what comes out.</summary>
    public void Input(Action<RaftCore> input)
    {
        input(Core);
        while (Core.HasOutput)
        {
            _ready.Add(Core.TakeOutput());
        }
    }

    /// <summary>
    /// Hands the outputs on. With synchronous storage they are durable at once; otherwise they become append work.
    /// </summary>
    public void ProcessReady(bool isAsync, List<ScriptMessage> messages)
    {
        var ready = _ready;
        _ready = [];
        foreach (var output in ready)
        {
            messages.AddRange(output.Messages.Select(message => new ScriptMessage(message.To.Value, message, null)));
        }

        if (isAsync)
        {
            if (ready.Any(output => output.Token is not null))
            {
                _appendWork.Enqueue(ready);
            }

            return;
        }

        var tokens = Write(ready, messages);
        foreach (var token in tokens)
        {
            Input(core => core.Durable(token));
        }
    }

    /// <summary>Does the oldest append work; the core hears of it by a message to itself.</summary>
    public void ProcessAppendThread(List<ScriptMessage> messages)
    {
        if (_appendWork.TryDequeue(out var work))
        {
            var tokens = Write(work, messages);
            messages.AddRange(tokens.Select(token => new ScriptMessage(Id, null, token)));
        }
    }

    private List<DurableToken> Write(List<RaftOutput> outputs, List<ScriptMessage> messages)
    {
        var tokens = new List<DurableToken>();
        foreach (var output in outputs.Where(output => output.Token is not null))
        {
            _disk.Submit(output);
            _disk.Complete();
            messages.AddRange(
                output.MessagesAfterDurable.Select(message => new ScriptMessage(message.To.Value, message, null)));
            tokens.Add(output.Token!.Value);
        }

        return tokens;
    }

    /// <summary>Draws the longest election timeout always: the scripts know when each node campaigns.</summary>
    private sealed class LongestTimeouts : Random
    {
        public override int Next(int maxValue) => maxValue - 1;

        public override int Next(int minValue, int maxValue) => maxValue - 1;
    }
}

/// <summary>A message under way in a script: to another node, or a node's own word that a write is durable.</summary>
internal sealed record ScriptMessage(int To, RaftMessage? Message, DurableToken? Durable);
