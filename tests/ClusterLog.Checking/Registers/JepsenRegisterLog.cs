using System.Globalization;
using System.Text.RegularExpressions;
using ClusterLog.Checking.Histories;
using ClusterLog.Checking.Linearizability;

namespace ClusterLog.Checking.Registers;

/// <summary>
/// Reads the log of a compare-and-set register as Jepsen prints it: <c>process :invoke|:ok|:fail|:info
/// :read|:write|:cas value</c>, after anything. The number of a line is the time of its event. A cas that fails
/// with its arguments compared and did not set; what else fails was not done; what ends as info, or not at all, is
/// unknown.
/// </summary>
public static partial class JepsenRegisterLog
{
    /// <exception cref="HistoryFormatException">A line, or the sequence of a process, is none of such a log.</exception>
    public static IReadOnlyList<Operation<RegisterInput, RegisterOutput>> Read(IEnumerable<string> lines)
    {
        var operations = new List<Operation<RegisterInput, RegisterOutput>>();
        var pending = new Dictionary<long, (RegisterInput Input, long Invoked)>();
        var number = 0;
        foreach (var line in lines)
        {
            number++;
            if (string.IsNullOrWhiteSpace(line) || line.Contains(":nemesis", StringComparison.Ordinal))
            {
                continue;
            }

            var match = Event().Match(line);
            if (!match.Success)
            {
                throw new HistoryFormatException($"Line {number} is not an event of a register: {line}");
            }

            var process = long.Parse(match.Groups["process"].Value, CultureInfo.InvariantCulture);
            if (match.Groups["type"].Value == "invoke")
            {
                if (!pending.TryAdd(process, (Input(match, number), number)))
                {
                    throw new HistoryFormatException($"Line {number}: process {process} is not done with what it began.");
                }
            }
            else
            {
                operations.Add(pending.Remove(process, out var call)
                    ? Ended(process, call, match, number)
                    : throw new HistoryFormatException($"Line {number}: process {process} ends what it has not begun."));
            }
        }

        operations.AddRange(pending.Select(pair => new Operation<RegisterInput, RegisterOutput>(
            pair.Key, pair.Value.Input, default, Outcome.Unknown, pair.Value.Invoked, pair.Value.Invoked)));
        return operations;
    }

    private static RegisterInput Input(Match match, int number) => match.Groups["function"].Value switch
    {
        "read" => RegisterInput.Read,
        "write" => RegisterInput.Write(Values(match, 1, number)[0]),
        _ => RegisterInput.CompareAndSet(Values(match, 2, number)[0], Values(match, 2, number)[1]),
    };

    private static Operation<RegisterInput, RegisterOutput> Ended(
        long process,
        (RegisterInput Input, long Invoked) call,
        Match match,
        int number)
    {
        var type = match.Groups["type"].Value;
        var hasCompared = match.Groups["function"].Value == "cas" && match.Groups["value"].Value.StartsWith('[');
        var (outcome, output) = (type, call.Input.Function) switch
        {
            ("ok", RegisterFunction.Read) => (Outcome.Ok, new RegisterOutput(Values(match, 1, number)[0])),
            ("ok", var function) => (Outcome.Ok, new RegisterOutput(WasSet: function == RegisterFunction.CompareAndSet)),
            ("fail", _) when hasCompared => (Outcome.Ok, new RegisterOutput(WasSet: false)),
            ("fail", _) => (Outcome.Failed, default),
            _ => (Outcome.Unknown, default),
        };
        return new(process, call.Input, output, outcome, call.Invoked, number);
    }

    private static long?[] Values(Match match, int count, int number)
    {
        var text = match.Groups["value"].Value;
        var words = text.Trim('[', ']').Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (words.Length != count || !words.All(IsValue))
        {
            throw new HistoryFormatException(
                $"Line {number}: the value is {text}, expected {count} of a number or nil.");
        }

        return [.. words.Select(word => word == "nil" ? null : (long?)long.Parse(word, CultureInfo.InvariantCulture))];
    }

    private static bool IsValue(string word) =>
        word == "nil" || long.TryParse(word, CultureInfo.InvariantCulture, out _);

    [GeneratedRegex(
        @"(?:^|\s)(?<process>\d+)\s+:(?<type>invoke|ok|fail|info)\s+:(?<function>read|write|cas)\s+(?<value>\S.*?)\s*$")]
    private static partial Regex Event();
}
