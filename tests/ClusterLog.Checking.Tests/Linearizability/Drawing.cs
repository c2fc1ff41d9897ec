using System.Globalization;
using ClusterLog.Checking.Histories;
using ClusterLog.Checking.Linearizability;
using ClusterLog.Checking.Registers;

namespace ClusterLog.Checking.Tests.Linearizability;

/// <summary>
/// Draws histories of a register, one operation a line; its first and last character are its times.
/// <code>
/// w1 |---|          write 1, acknowledged
/// r1   |----|       a read that found 1 (rn: nil)
/// c12      |--|     1 replaced by 2 (c12! found something else)
/// w3   ?            write 3, outcome unknown
/// w4   x            write 4, failed
/// </code>
/// </summary>
internal static class Drawing
{
    public static Operation<RegisterInput, RegisterOutput>[] Read(string drawing) => drawing
        .Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
        .Select(Operation)
        .ToArray();

    private static Operation<RegisterInput, RegisterOutput> Operation(string line, int process)
    {
        var word = line.Split(' ')[0];
        var invoked = line.IndexOfAny(['|', '?', 'x'], word.Length);
        var outcome = line[invoked] switch { '|' => Outcome.Ok, '?' => Outcome.Unknown, _ => Outcome.Failed };
        var (input, output) = (word[0], word.EndsWith('!')) switch
        {
            ('r', _) => (RegisterInput.Read, new RegisterOutput(Value(word[1]))),
            ('w', _) => (RegisterInput.Write(Value(word[1])), default),
            ('c', var hasMissed) => (RegisterInput.CompareAndSet(Value(word[1]), Value(word[2])), new(WasSet: !hasMissed)),
            _ => throw new ArgumentException($"Not an operation: {line}"),
        };
        return new(process, input, output, outcome, invoked, line.LastIndexOfAny(['|', '?', 'x']));
    }

    private static long? Value(char digit) =>
        digit == 'n' ? null : long.Parse(digit.ToString(), CultureInfo.InvariantCulture);
}
