using System.Globalization;
using System.Text.RegularExpressions;

namespace ClusterLog.Conformance.Interaction;

/// <summary>What a script's expected output says of each node's term, vote, commit, role and leader.</summary>
internal sealed partial class ExpectedStates
{
    private readonly Dictionary<int, (ulong Term, int Vote, ulong Commit)> _hardStates = [];
    private readonly Dictionary<int, (int Leader, string Role)> _softStates = [];

    /// <summary>How many states were compared so far.</summary>
    public int Compared { get; private set; }

    /// <summary>A command whose output the script hides may have changed anything.</summary>
    public void Forget()
    {
        _hardStates.Clear();
        _softStates.Clear();
    }

    /// <summary>Takes over what an output prints; <paramref name="node"/> is whose ready state it is until it says so.</summary>
    public void Read(string output, int node)
    {
        foreach (var line in output.Split('\n'))
        {
            if (HeaderPattern().Match(line) is { Success: true } header)
            {
                node = Number(header, 1);
            }
            else if (HardStatePattern().Match(line) is { Success: true } hard)
            {
                _hardStates[node] = ((ulong)Number(hard, 1), Number(hard, 2), (ulong)Number(hard, 3));
            }
            else if (SoftStatePattern().Match(line) is { Success: true } soft)
            {
                _softStates[node] = (Number(soft, 1), soft.Groups[2].Value);
            }
        }
    }

    /// <summary>Compares a node with what the script last said of it.</summary>
    /// <exception cref="ScriptDifferenceException">They differ.</exception>
    public void Compare(ScriptNode node, string where)
    {
        var state = node.Core.PendingHardState;
        if (_hardStates.TryGetValue(node.Id, out var hard))
        {
            var found = (state.Term.Value, state.Vote.Value, state.Commit.Value);
            Compare($"{where}: node {node.Id} (term, vote, commit)", hard, found);
        }

        if (_softStates.TryGetValue(node.Id, out var soft))
        {
            var found = (node.Core.Leader.Value, node.Core.Role.ToString());
            Compare($"{where}: node {node.Id} (leader, role)", soft, found);
        }
    }

    private void Compare<T>(string what, T expected, T found)
        where T : IEquatable<T>
    {
        Compared++;
        if (!expected.Equals(found))
        {
            throw new ScriptDifferenceException($"{what}: expected {expected}, found {found}");
        }
    }

    private static int Number(Match match, int group)
        => match.Groups[group].Success ? int.Parse(match.Groups[group].Value, CultureInfo.InvariantCulture) : 0;

    [GeneratedRegex("^> (\\d+) ")]
    private static partial Regex HeaderPattern();

    [GeneratedRegex("HardState Term:(\\d+)(?: Vote:(\\d+))? Commit:(\\d+)")]
    private static partial Regex HardStatePattern();

    [GeneratedRegex("Lead:(\\d+) State:State(\\w+)")]
    private static partial Regex SoftStatePattern();
}
