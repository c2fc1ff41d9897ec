using System.Globalization;
using ClusterLog.Testing;

namespace ClusterLog.Raft.Tests.Conformance;

/// <summary>One command of a script, its arguments by key, and the output that it must have.</summary>
internal sealed record Directive(int Line, string Command, IReadOnlyList<Argument> Arguments, string Expected)
{
    /// <summary>The arguments without values, such as the ids of nodes.</summary>
    public List<int> Numbers => [.. Arguments
        .Where(argument => argument.Values is null)
        .Select(argument => int.Parse(argument.Key, CultureInfo.InvariantCulture))];

    public string? ValueOf(string key) => Arguments.FirstOrDefault(argument => argument.Key == key)?.Values?[0];
}

/// <summary>An argument: <c>key</c>, <c>key=value</c> or <c>key=(value,value)</c>.</summary>
internal sealed record Argument(string Key, string[]? Values);

/// <summary>
/// Reads scripts of the form: comments, a command, a line of four dashes, the expected output, an empty line.
/// </summary>
internal static class DataDrivenFile
{
    private const string Separator = "----";

    /// <summary>A folder of the conformance data; skips the test where it is absent.</summary>
    public static string Folder(string name)
    {
        if (RepositoryRoot.ConformancePath is not { } root || !Directory.Exists(Path.Combine(root, "raft", name)))
        {
            Assert.Skip($"The conformance data raft/{name} is not beside this checkout.");
            return string.Empty;
        }

        return Path.Combine(root, "raft", name);
    }

    public static List<Directive> Read(string path)
    {
        var lines = File.ReadAllLines(path);
        var directives = new List<Directive>();
        for (var i = 0; i < lines.Length; i++)
        {
            if (lines[i].Length == 0 || lines[i].StartsWith('#'))
            {
                continue;
            }

            var start = i;
            Assert.True(i + 1 < lines.Length && lines[i + 1] == Separator, $"{path}:{i + 1}: no separator follows.");
            var expected = new List<string>();
            for (i += 2; i < lines.Length && lines[i].Length > 0; i++)
            {
                expected.Add(lines[i]);
            }

            var (command, arguments) = ParseCommand(lines[start]);
            directives.Add(new Directive(start + 1, command, arguments, string.Join('\n', expected)));
        }

        return directives;
    }

    private static (string Command, List<Argument> Arguments) ParseCommand(string line)
    {
        var words = new List<string>();
        var depth = 0;
        var word = string.Empty;
        foreach (var letter in line)
        {
            depth += letter == '(' ? 1 : letter == ')' ? -1 : 0;
            if (letter != ' ')
            {
                word += letter;
            }
            else if (depth == 0 && word.Length > 0)
            {
                words.Add(word);
                word = string.Empty;
            }
        }

        if (word.Length > 0)
        {
            words.Add(word);
        }

        return (words[0], [.. words.Skip(1).Select(ParseArgument)]);
    }

    private static Argument ParseArgument(string word)
    {
        var equals = word.IndexOf('=', StringComparison.Ordinal);
        return equals < 0
            ? new Argument(word, null)
            : new Argument(word[..equals], word[(equals + 1)..].Trim('(', ')').Split(','));
    }
}
