using System.Text;
using ClusterLog.Cli.Terminal;

namespace ClusterLog.Cli.Tests.Support;

/// <summary>Runs a command line against a cluster in memory and keeps what it wrote.</summary>
internal sealed class CommandRunner : IDisposable
{
    private readonly MemoryStream _output = new();
    private readonly StringWriter _error = new();

    public MemoryCluster Cluster { get; init; } = new();

    public Stream Input { get; init; } = new MemoryStream();

    public Stream? OutputStream { get; init; }

    public bool IsTerminal { get; init; }

    public Palette Palette { get; init; } = Palette.Plain;

    public Dictionary<string, string> Variables { get; } = [];

    public TimeProvider Time { get; init; } = TimeProvider.System;

    public void Dispose()
    {
        _output.Dispose();
        _error.Dispose();
    }

    public string Output => Encoding.UTF8.GetString(_output.ToArray());

    public byte[] OutputBytes => _output.ToArray();

    public string Error => _error.ToString();

    public CommandLine CommandLine => new(new CliHost
    {
        Console = new CliConsole
        {
            Input = Input,
            Output = OutputStream ?? _output,
            Error = _error,
            IsInputTerminal = IsTerminal,
            IsErrorTerminal = IsTerminal,
            Palette = Palette,
        },
        Variable = name => Variables.GetValueOrDefault(name),
        Time = Time,
        Connect = options =>
        {
            Cluster.Options = options;
            return Cluster;
        },
    });

    public Task<int> RunAsync(params string[] arguments) => RunAsync(TestContext.Current.CancellationToken, arguments);

    public Task<int> RunAsync(CancellationToken cancellationToken, params string[] arguments) =>
        CommandLine.RunAsync(arguments, cancellationToken);
}
