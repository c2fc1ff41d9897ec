using System.CommandLine;

namespace ClusterLog.Cli.Commands;

/// <summary>The options that every command has.</summary>
internal static class GlobalOptions
{
    /// <summary>The variable that replaces the default of --bootstrap.</summary>
    public const string BootstrapVariable = "CLUSTERLOG_BOOTSTRAP";

    /// <summary>Where a `dev` cluster's first broker listens.</summary>
    public const string DefaultBootstrap = "127.0.0.1:9400";

    /// <summary>Brokers to begin with.</summary>
    public static Option<string[]?> Bootstrap { get; } = new("--bootstrap", "-b")
    {
        Description =
            $"Brokers to begin with, as a comma list; {BootstrapVariable}, else {DefaultBootstrap}, when left out",
        HelpName = "HOST:PORT,...",
        Recursive = true,
        Arity = ArgumentArity.ExactlyOne,
        CustomParser = result => Options.Read<string[]?>(result, "a comma list of HOST:PORT", TryParseBootstrap),
    };

    /// <summary>For people or for programs.</summary>
    public static Option<OutputFormat> Output { get; } =
        Options.Choice("--output", "How results are written", OutputFormat.Text, "-o");

    /// <summary>The bound on each request.</summary>
    public static Option<TimeSpan?> Timeout { get; } =
        Options.Duration("--timeout", "How long a request may take, retries included; 30s when left out");

    /// <summary>Log lines of the client library.</summary>
    public static Option<bool> Verbose { get; } = new("--verbose", "-v")
    {
        Description = "Show on standard error what the client does, and stack traces of failures",
        Recursive = true,
    };

    /// <summary>All of them, in the order of the help.</summary>
    public static IReadOnlyList<Option> All { get; } = MakeRecursive([Bootstrap, Output, Timeout, Verbose]);

    /// <summary>The option, else the variable, else the default.</summary>
    public static IReadOnlyList<string> BootstrapOf(ParseResult parse, Func<string, string?> variable)
    {
        if (parse.GetValue(Bootstrap) is { Length: > 0 } addresses)
        {
            return addresses;
        }

        var text = variable(BootstrapVariable);
        if (string.IsNullOrWhiteSpace(text))
        {
            return [DefaultBootstrap];
        }

        return TryParseBootstrap(text, out var fromVariable)
            ? fromVariable!
            : throw new UsageException($"{BootstrapVariable} must be a comma list of HOST:PORT; found '{text}'.");
    }

    private static bool TryParseBootstrap(string text, out string[]? addresses)
    {
        addresses = text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return addresses.Length > 0 && addresses.All(IsAddress);
    }

    private static bool IsAddress(string address)
    {
        var colon = address.LastIndexOf(':');
        return colon > 0 && ushort.TryParse(address.AsSpan(colon + 1), out var port) && port > 0;
    }

    private static Option[] MakeRecursive(Option[] options)
    {
        Array.ForEach(options, option => option.Recursive = true);
        return options;
    }
}
