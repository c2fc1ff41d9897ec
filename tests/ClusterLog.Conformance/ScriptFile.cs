using System.Text;

namespace ClusterLog.Conformance;

/// <summary>
/// Reads data-driven scripts: comments, a command (that a backslash continues on the next line), lines of input, a line
/// of four dashes, and the expected output up to an empty line. After two such lines the output may hold empty lines
/// and ends at two more.
/// </summary>
internal static class ScriptFile
{
    private const string Separator = "----";

    /// <summary>Reads a script from a file.</summary>
    /// <exception cref="ScriptFormatException">The file is no such script.</exception>
    public static List<Directive> Read(string path) => Parse(File.ReadAllLines(path));

    /// <summary>Reads a script from its lines.</summary>
    /// <exception cref="ScriptFormatException">The lines are no such script.</exception>
    public static List<Directive> Parse(IReadOnlyList<string> lines)
    {
        var directives = new List<Directive>();
        var at = 0;
        while (at < lines.Count)
        {
            if (lines[at].Trim() is "" || lines[at].TrimStart().StartsWith('#'))
            {
                at++;
                continue;
            }

            directives.Add(ReadDirective(lines, ref at));
        }

        return directives;
    }

    private static Directive ReadDirective(IReadOnlyList<string> lines, ref int at)
    {
        var start = at;
        var words = SplitWords(ReadCommand(lines, ref at));
        var input = new List<string>();
        while (at < lines.Count && lines[at] != Separator)
        {
            input.Add(lines[at++]);
        }

        if (at == lines.Count)
        {
            throw new ScriptFormatException($"Line {start + 1}: no line of four dashes follows the command.");
        }

        at++;
        return new Directive(
            start + 1,
            words[0],
            [.. words.Skip(1).Select(Argument.Parse)],
            string.Join('\n', input).Trim(),
            ReadExpected(lines, ref at));
    }

    private static string ReadCommand(IReadOnlyList<string> lines, ref int at)
    {
        var command = lines[at++].Trim();
        while (command.EndsWith('\\') && at < lines.Count)
        {
            command = command[..^1] + " " + lines[at++].Trim();
        }

        return command;
    }

    private static string ReadExpected(IReadOnlyList<string> lines, ref int at)
    {
        var expected = new List<string>();
        if (at < lines.Count && lines[at] == Separator)
        {
            at++;
            while (at < lines.Count && !(lines[at] == Separator && at + 1 < lines.Count && lines[at + 1] == Separator))
            {
                expected.Add(lines[at++]);
            }

            at += 2;
        }
        else
        {
            while (at < lines.Count && lines[at].Trim().Length > 0)
            {
                expected.Add(lines[at++].TrimEnd());
            }
        }

        return string.Join('\n', expected);
    }

    private static List<string> SplitWords(string line)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        var depth = 0;
        foreach (var letter in line)
        {
            depth += letter == '(' ? 1 : letter == ')' ? -1 : 0;
            if (!char.IsWhiteSpace(letter) || depth > 0)
            {
                word.Append(letter);
            }
            else if (word.Length > 0)
            {
                words.Add(word.ToString());
                word.Clear();
            }
        }

        if (word.Length > 0)
        {
            words.Add(word.ToString());
        }

        return words;
    }
}
