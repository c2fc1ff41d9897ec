using System.Globalization;
using System.Text;

namespace ClusterLog.Conformance.Interaction;

internal sealed partial class InteractionScript
{
    private const string ProposalDropped = "raft proposal dropped";

    private Outcome Propose(ScriptNode node, string data)
    {
        var payload = Encoding.UTF8.GetBytes(data);
        return Forward(node, MessageNames.Proposal, leader =>
        {
            var result = ProposeResult.NotLeader;
            leader.Input(core => result = core.Propose(EntryKind.Command, 0, 0, payload, out _));
            return result == ProposeResult.Accepted;
        });
    }

    /// <summary>
    /// Does on a leader what only a leader can do. The language's followers send it on to their leader, where our
    /// callers find the leader themselves; so here it travels as a message of the script. False means dropped.
    /// </summary>
    private Outcome Forward(ScriptNode node, string name, Func<ScriptNode, bool> act)
    {
        if (node.IsLeader)
        {
            return act(node) ? Outcome.Nothing : Outcome.Failed(ProposalDropped);
        }

        if (node.Core.Leader.IsNone)
        {
            return Outcome.Failed(ProposalDropped);
        }

        _messages.Add(new ScriptMessage(node.Core.Leader.Value, false, name, target => Forward(target, name, act)));
        return Outcome.Nothing;
    }

    private void Transfer(Directive directive)
    {
        var from = directive.NumberOf("from");
        var to = directive.NumberOf("to");
        if (from is null || to is null)
        {
            throw new ScriptFormatException($"Line {directive.Line}: a transfer is from= and to=.");
        }

        Forward(NodeOf(from.Value), MessageNames.TransferLeader, leader =>
        {
            leader.Input(core => core.TransferLeadership(new ReplicaId(to.Value)));
            return true;
        });
    }

    private static void ReportUnreachable(ScriptNode node, int other)
    {
        if (node.IsLeader)
        {
            node.Input(core => core.PeerDown(new ReplicaId(other)));
        }
    }

    private void SendSnapshot(ScriptNode node, int to) => _messages.Add(ScriptMessage.Of(
        new InstallSnapshotRequest(new ReplicaId(node.Id), new ReplicaId(to), node.Core.Term, node.Snapshot)));

    private void ProcessWork(Directive directive)
    {
        foreach (var node in directive.Numbers.Select(NodeOf))
        {
            switch (directive.Command)
            {
                case "process-ready":
                    node.ProcessReady(_messages);
                    break;
                case "process-append-thread":
                    node.ProcessAppendThread(_messages);
                    break;
                default:
                    node.ProcessApplyThread();
                    break;
            }
        }
    }

    private void Deliver(Directive directive)
    {
        var type = directive.ValueOf("type");
        if (type is not null && !MessageNames.IsKnown(type))
        {
            throw new ScriptFormatException($"Line {directive.Line}: unknown message type {type}.");
        }

        foreach (var node in directive.Numbers.Select(NodeOf))
        {
            DeliverTo(node, type);
        }

        foreach (var id in directive.ValuesOf("drop"))
        {
            _messages.RemoveAll(message =>
                message.To.ToString(CultureInfo.InvariantCulture) == id
                && !message.IsLocal
                && message.IsOf(type));
        }
    }

    private bool DeliverTo(ScriptNode node, string? type)
    {
        var messages = _messages.FindAll(message => message.To == node.Id && message.IsOf(type));
        _messages.RemoveAll(messages.Contains);
        messages.ForEach(message => message.Deliver(node));
        return messages.Count > 0;
    }

    /// <summary>Processes and delivers in the language's order until nothing is left to do.</summary>
    private void Stabilize(List<ScriptNode> nodes, int line)
    {
        for (var round = 0; round < RoundsMax; round++)
        {
            var isDone = true;
            foreach (var node in nodes.Where(node => node.HasReady))
            {
                node.ProcessReady(_messages);
                isDone = false;
            }

            nodes.ForEach(node => isDone &= !DeliverTo(node, type: null));
            foreach (var node in nodes)
            {
                while (node.HasAppendWork)
                {
                    node.ProcessAppendThread(_messages);
                    isDone = false;
                }
            }

            foreach (var node in nodes)
            {
                while (node.HasApplyWork)
                {
                    node.ProcessApplyThread();
                    isDone = false;
                }
            }

            if (isDone)
            {
                return;
            }
        }

        Require(false, $"line {line}, stabilize: the nodes have not come to rest in {RoundsMax} rounds");
    }
}
