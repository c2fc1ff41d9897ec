using System.Globalization;
using System.Text;

namespace ClusterLog.Raft.Tests.Conformance;

/// <summary>Runs the commands of one interaction script against our cores, and compares states as it goes.</summary>
internal sealed class InteractionScript
{
    private const int ElectionTicks = 3;
    private const int RoundsMax = 1_000;

    private readonly string _name;
    private readonly List<ScriptNode> _nodes = [];
    private readonly List<ScriptMessage> _messages = [];
    private readonly ExpectedStates _expected = new();
    private int _outputs;
    private bool _isAsync;
    private bool _isQuiet;

    public InteractionScript(string name) => _name = name;

    /// <summary>How many states and outputs were compared so far.</summary>
    public int Compared => _expected.Compared + _outputs;

    public void Run(Directive directive)
    {
        var where = $"{_name}:{directive.Line} {directive.Command}";
        var output = Execute(directive);
        if (output is not null)
        {
            _outputs++;
            Assert.True(directive.Expected == output, $"{where} expected:\n{directive.Expected}\nfound:\n{output}");
        }

        if (_isQuiet)
        {
            _expected.Forget();
            return;
        }

        var ids = directive.Command is "stabilize" or "process-ready" ? directive.Numbers : [];
        _expected.Read(directive.Expected, ids.Count == 1 ? ids[0] : 0);
        if (directive.Command == "stabilize")
        {
            foreach (var node in Select(ids))
            {
                _expected.Compare(node, where);
            }
        }
    }

    /// <summary>Returns the output to compare, or null where it is the other side's prose.</summary>
    private string? Execute(Directive directive)
    {
        switch (directive.Command)
        {
            case "log-level":
                _isQuiet = directive.Arguments[0].Key == "none";
                return null;
            case "add-nodes":
                AddNodes(directive);
                return null;
            case "propose":
                Node(directive.Arguments[0].Key).Input(core => Propose(core, directive.Arguments[1].Key));
                return null;
            case "raft-log":
                return DrawLog(Node(directive.Arguments[0].Key));
            case "raft-state":
                return DrawStates();
            case "status":
                return DrawStatus(Node(directive.Arguments[0].Key));
            case "set-randomized-election-timeout":
                // Every node draws the longest one, which is what the scripts ask for.
                Assert.Equal(((2 * ElectionTicks) - 1).ToString(CultureInfo.InvariantCulture), directive.ValueOf("timeout"));
                return null;
            default:
                Act(directive);
                return null;
        }
    }

    private void Act(Directive directive)
    {
        var nodes = Select(directive.Numbers);
        switch (directive.Command)
        {
            case "campaign":
                nodes[0].Input(core => core.Campaign());
                break;
            case "tick-election":
                Tick(nodes[0], ElectionTicks);
                break;
            case "tick-heartbeat":
                Tick(nodes[0], 1);
                break;
            case "report-unreachable":
                nodes[0].Input(core => core.PeerDown(new ReplicaId(nodes[1].Id)));
                break;
            case "process-ready":
                nodes.ForEach(node => node.ProcessReady(_isAsync, _messages));
                break;
            case "process-append-thread":
                nodes.ForEach(node => node.ProcessAppendThread(_messages));
                break;
            case "process-apply-thread":
                // Applying is the driver's own business here: nothing of it comes back to the core.
                break;
            case "deliver-msgs":
                Deliver(directive);
                break;
            case "stabilize":
                Stabilize(nodes);
                break;
            default:
                Assert.Fail($"{_name}:{directive.Line}: unknown command {directive.Command}");
                break;
        }
    }

    private void AddNodes(Directive directive)
    {
        var options = new RaftOptions
        {
            ElectionTicks = ElectionTicks,
            PreVote = directive.ValueOf("prevote") == "true",
            CheckQuorum = directive.ValueOf("checkquorum") == "true",
            InflightMessagesMax = int.Parse(directive.ValueOf("inflight") ?? "256", CultureInfo.InvariantCulture),
        };
        _isAsync = directive.ValueOf("async-storage-writes") == "true";
        var voters = directive.Arguments.Single(argument => argument.Key == "voters").Values!
            .Select(id => new ReplicaId(int.Parse(id, CultureInfo.InvariantCulture))).ToList();
        var index = ulong.Parse(directive.ValueOf("index")!, CultureInfo.InvariantCulture);
        var count = int.Parse(directive.Arguments[0].Key, CultureInfo.InvariantCulture);
        for (var i = 0; i < count; i++)
        {
            _nodes.Add(new ScriptNode(_nodes.Count + 1, options, voters, index));
        }
    }

    private static void Propose(RaftCore core, string data)
        => Assert.Equal(
            ProposeResult.Accepted,
            core.Propose(EntryKind.Command, 0, 0, Encoding.UTF8.GetBytes(data), out _));

    private static void Tick(ScriptNode node, int ticks)
    {
        for (var i = 0; i < ticks; i++)
        {
            node.Input(core => core.Tick());
        }
    }

    private void Deliver(Directive directive)
    {
        Assert.Null(directive.ValueOf("type"));
        foreach (var id in directive.Numbers)
        {
            DeliverTo(id);
        }

        foreach (var id in directive.Arguments.Where(argument => argument.Key == "drop").SelectMany(drop => drop.Values!))
        {
            // A node's word to itself cannot be lost.
            _messages.RemoveAll(message => message.To == int.Parse(id, CultureInfo.InvariantCulture) && message.Durable is null);
        }
    }

    private bool DeliverTo(int id)
    {
        var messages = _messages.FindAll(message => message.To == id);
        _messages.RemoveAll(message => message.To == id);
        foreach (var message in messages)
        {
            _nodes[id - 1].Input(core =>
            {
                if (message.Durable is { } token)
                {
                    core.Durable(token);
                }
                else
                {
                    core.Step(message.Message!);
                }
            });
        }

        return messages.Count > 0;
    }

    private void Stabilize(List<ScriptNode> nodes)
    {
        for (var round = 0; round < RoundsMax; round++)
        {
            var isDone = true;
            foreach (var node in nodes.Where(node => node.HasReady))
            {
                node.ProcessReady(_isAsync, _messages);
                isDone = false;
            }

            foreach (var node in nodes)
            {
                isDone &= !DeliverTo(node.Id);
            }

            foreach (var node in nodes)
            {
                while (node.HasAppendWork)
                {
                    node.ProcessAppendThread(_messages);
                    isDone = false;
                }
            }

            if (isDone)
            {
                return;
            }
        }

        Assert.Fail($"{_name}: the nodes have not come to rest in {RoundsMax} rounds.");
    }

    private List<ScriptNode> Select(List<int> ids) => ids.Count == 0 ? _nodes : [.. ids.Select(id => _nodes[id - 1])];

    private ScriptNode Node(string id) => _nodes[int.Parse(id, CultureInfo.InvariantCulture) - 1];

    private static string DrawLog(ScriptNode node)
    {
        var log = node.DurableLog;
        return log.Entries.Count == 0
            ? $"log is empty: first index={log.FirstIndex}, last index={log.LastIndex}"
            : string.Join('\n', log.Entries.Select(entry =>
                $"{entry.Term}/{entry.Index} EntryNormal \"{Encoding.UTF8.GetString(entry.Payload.Span)}\""));
    }

    private string DrawStates() => string.Join('\n', _nodes.Select(node =>
        $"{node.Id}: State{node.Core.Role} (Voter) Term:{node.Core.Term} Lead:{node.Core.Leader}"));

    private string DrawStatus(ScriptNode node) => string.Join('\n', _nodes.Select(other =>
    {
        var progress = node.Core.Progress(new ReplicaId(other.Id));
        if (other == node)
        {
            return $"{other.Id}: StateReplicate match={progress.Match} next={progress.Match.Next}";
        }

        var text = $"{other.Id}: State{progress.State} match={progress.Match} next={progress.Next}";
        text += progress.Paused ? " paused" : string.Empty;
        text += progress.InflightMessages > 0 ? $" inflight={progress.InflightMessages}" : string.Empty;
        return text + (progress.InflightFull ? "[full]" : string.Empty);
    }));
}
