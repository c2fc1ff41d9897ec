namespace ClusterLog.Conformance.Interaction;

/// <summary>
/// Runs the commands of interaction scripts (the language of etcd-io/raft's <c>rafttest</c>) against our cores. What
/// must agree: the output of <c>raft-log</c>, <c>raft-state</c>, <c>status</c> and <c>compact</c>, whether a proposal is
/// dropped, and after every <c>stabilize</c> each node's term, vote, commit, role and leader as the script's output has
/// last told them. The other side's prose and the exact order of its messages need not.
/// </summary>
internal sealed partial class InteractionScript
{
    private const int RoundsMax = 1_000;

    private readonly List<ScriptNode> _nodes = [];
    private readonly List<ScriptMessage> _messages = [];
    private readonly ExpectedStates _expected = new();
    private int _outputs;
    private bool _isQuiet;

    /// <summary>How many states and outputs were compared so far.</summary>
    public int Compared => _expected.Compared + _outputs;

    /// <summary>Runs a script up to the first difference.</summary>
    /// <exception cref="ScriptFormatException">The file is not written in the language.</exception>
    public static ScriptResult RunFile(string path)
    {
        var script = new InteractionScript();
        try
        {
            foreach (var directive in ScriptFile.Read(path))
            {
                script.Run(directive);
            }
        }
        catch (ScriptDifferenceException difference)
        {
            return new ScriptResult(script.Compared, difference.Message);
        }

        return new ScriptResult(
            script.Compared, script.Compared > 0 ? null : "the script says nothing that could be compared");
    }

    /// <summary>Runs one command and compares what it leaves behind.</summary>
    /// <exception cref="ScriptDifferenceException">That is something else than the script expects.</exception>
    /// <exception cref="ScriptFormatException">The command is not of the language.</exception>
    public void Run(Directive directive)
    {
        var where = $"line {directive.Line}, {directive.Command}";
        var wasQuiet = _isQuiet;
        var outcome = Execute(directive);
        var isQuiet = _isQuiet || IsLevelQuiet(directive.ValueOf("log-level"));
        CompareOutcome(directive, outcome, where, isQuiet);
        if (isQuiet || wasQuiet)
        {
            _expected.Forget();
            return;
        }

        var ids = directive.Command is "stabilize" or "process-ready" ? directive.Numbers : [];
        _expected.Read(directive.Expected, ids.Count == 1 ? ids[0] : 0);
        if (directive.Command == "stabilize")
        {
            Select(ids).ForEach(node => _expected.Compare(node, where));
        }
    }

    private void CompareOutcome(Directive directive, Outcome outcome, string where, bool isQuiet)
    {
        if (outcome.Text is { } text && !isQuiet)
        {
            _outputs++;
            var found = text.Length == 0 ? "ok" : text;
            Require(directive.Expected == found, $"{where} expected:\n{directive.Expected}\nfound:\n{found}");
        }

        if (outcome.Error is { } error)
        {
            // A script shows an error last, and even where it hides everything else.
            Require(directive.Expected.EndsWith(error, StringComparison.Ordinal), $"{where} failed: {error}");
        }
        else
        {
            var isDropped = directive.Expected.EndsWith(ProposalDropped, StringComparison.Ordinal);
            Require(!isDropped, $"{where} was to be dropped, and was not");
        }
    }

    private Outcome Execute(Directive directive)
    {
        switch (directive.Command)
        {
            case "add-nodes":
                return AddNodes(directive);
            case "compact":
                NodeAt(directive, 0).Compact(new LogIndex((ulong)directive.NumberAt(1)));
                return DrawLog(NodeAt(directive, 0));
            case "raft-log":
                return DrawLog(NodeAt(directive, 0));
            case "raft-state":
                return Outcome.Of(StateDrawing.States(_nodes));
            case "status":
                return Outcome.Of(StateDrawing.Status(NodeAt(directive, 0)));
            case "log-level":
                return SetLogLevel(directive.ArgumentAt(0));
            case "propose":
                return Propose(NodeAt(directive, 0), directive.ArgumentAt(1));
            case "propose-conf-change":
                return ProposeChange(directive);
            case "process-ready" or "process-append-thread" or "process-apply-thread":
                ProcessWork(directive);
                return Outcome.Nothing;
            case "deliver-msgs":
                Deliver(directive);
                return Outcome.Nothing;
            case "stabilize":
                Stabilize(Select(directive.Numbers), directive.Line);
                return Outcome.Nothing;
            default:
                return Instruct(directive);
        }
    }

    private Outcome Instruct(Directive directive)
    {
        switch (directive.Command)
        {
            case "campaign":
                NodeAt(directive, 0).Input(core => core.Campaign());
                break;
            case "tick-election":
                Tick(NodeAt(directive, 0), ScriptNodeOptions.ElectionTicks);
                break;
            case "tick-heartbeat":
                Tick(NodeAt(directive, 0), 1);
                break;
            case "set-randomized-election-timeout":
                NodeAt(directive, 0).SetElectionTimeout(directive.NumberOf("timeout")
                    ?? throw new ScriptFormatException($"Line {directive.Line}: no timeout is given."));
                break;
            case "forget-leader":
                NodeAt(directive, 0).ForgetLeader();
                break;
            case "report-unreachable":
                ReportUnreachable(NodeAt(directive, 0), directive.NumberAt(1));
                break;
            case "send-snapshot":
                SendSnapshot(NodeAt(directive, 0), directive.NumberAt(1));
                break;
            case "transfer-leadership":
                Transfer(directive);
                break;
            case "_breakpoint":
                break;
            default:
                throw new ScriptFormatException($"Line {directive.Line}: unknown command {directive.Command}.");
        }

        return Outcome.Nothing;
    }

    private Outcome SetLogLevel(string level)
    {
        _isQuiet = IsLevelQuiet(level);
        return Outcome.Nothing;
    }

    /// <summary>Only this level hides what the commands print; the others are about the prose of the cores.</summary>
    private static bool IsLevelQuiet(string? level) => "none".Equals(level, StringComparison.OrdinalIgnoreCase);

    private static void Tick(ScriptNode node, int ticks)
    {
        for (var i = 0; i < ticks; i++)
        {
            node.Input(core => core.Tick());
        }
    }

    private List<ScriptNode> Select(List<int> ids) => ids.Count == 0 ? [.. _nodes] : [.. ids.Select(NodeOf)];

    private ScriptNode NodeAt(Directive directive, int position) => NodeOf(directive.NumberAt(position));

    private ScriptNode NodeOf(int id) => id >= 1 && id <= _nodes.Count
        ? _nodes[id - 1]
        : throw new ScriptFormatException($"There is no node {id}.");

    private static void Require(bool condition, string message)
    {
        if (!condition)
        {
            throw new ScriptDifferenceException(message);
        }
    }

    /// <summary>What a command gave: an output to compare, or an error, or neither.</summary>
    private readonly record struct Outcome(string? Text, string? Error)
    {
        public static readonly Outcome Nothing = new(null, null);

        public static Outcome Of(string text) => new(text, null);

        public static Outcome Failed(string error) => new(null, error);
    }
}
