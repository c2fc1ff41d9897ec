using System.Globalization;

namespace ClusterLog.Conformance;

/// <summary>One command of a script.</summary>
/// <param name="Line">The command's line, counted from 1.</param>
/// <param name="Command">The command's name.</param>
/// <param name="Arguments">Its arguments, in order.</param>
/// <param name="Input">The lines between the command and the separator; empty for most commands.</param>
/// <param name="Expected">The output that the command must have.</param>
internal sealed record Directive(
    int Line, string Command, IReadOnlyList<Argument> Arguments, string Input, string Expected)
{
    /// <summary>The arguments without values, which are ids of nodes for most commands.</summary>
    /// <exception cref="ScriptFormatException">One of them is no number.</exception>
    public List<int> Numbers => [.. Arguments
        .Where(argument => argument.Values is null or [])
        .Select(argument => ToNumber(argument.Key))];

    /// <summary>The first value of an argument, or null where the command does not have it.</summary>
    public string? ValueOf(string key) => ValuesOf(key).FirstOrDefault();

    /// <summary>All values of an argument, however often it is given.</summary>
    public IEnumerable<string> ValuesOf(string key)
        => Arguments.Where(argument => argument.Key == key).SelectMany(argument => argument.Values ?? []);

    /// <summary>The argument at a position that every use of the command must have.</summary>
    /// <exception cref="ScriptFormatException">The command has fewer arguments.</exception>
    public string ArgumentAt(int position)
        => position < Arguments.Count
            ? Arguments[position].Key
            : throw new ScriptFormatException($"Line {Line}: {Command} has no argument {position + 1}.");

    /// <summary>The number at a position that every use of the command must have.</summary>
    /// <exception cref="ScriptFormatException">It is absent or no number.</exception>
    public int NumberAt(int position) => ToNumber(ArgumentAt(position));

    /// <summary>An argument's value as a number, or null where the command does not have it.</summary>
    /// <exception cref="ScriptFormatException">The value is no number.</exception>
    public int? NumberOf(string key) => ValueOf(key) is { } value ? ToNumber(value) : null;

    /// <summary>An argument's value as a condition; false where the command does not have it.</summary>
    /// <exception cref="ScriptFormatException">The value is neither true nor false.</exception>
    public bool IsTrue(string key) => ValueOf(key) switch
    {
        null or "false" or "f" or "0" => false,
        "true" or "t" or "1" => true,
        var value => throw new ScriptFormatException($"Line {Line}: {key}={value} is neither true nor false."),
    };

    private int ToNumber(string text)
        => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new ScriptFormatException($"Line {Line}: {Command} expects a number, not {text}.");
}
