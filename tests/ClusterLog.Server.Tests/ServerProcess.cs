using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace ClusterLog.Server.Tests;

/// <summary>The built executable as a process of its own.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly ConcurrentQueue<string> _output = new();
    private readonly ConcurrentQueue<string> _error = new();
    private readonly SemaphoreSlim _written = new(0);
    private readonly TaskCompletionSource<string> _firstLine = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ServerProcess(ProcessStartInfo start)
    {
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => TakeOutput(line.Data);
        _process.ErrorDataReceived += (_, line) => TakeError(line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public int Id => _process.Id;

    /// <summary>Lines of standard output so far.</summary>
    public IReadOnlyList<string> Output => [.. _output];

    /// <summary>Lines of standard error so far.</summary>
    public IReadOnlyList<string> Error => [.. _error];

    /// <summary>The first line of standard output; fails if the process ends before.</summary>
    public Task<string> FirstLine => _firstLine.Task;

    public static ServerProcess Start(params string[] args) => Start([], args);

    public static ServerProcess Start((string Name, string Value)[] variables, string[] args)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetTempPath(),
        };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "clusterlog-server.dll"));
        foreach (var arg in args)
        {
            start.ArgumentList.Add(arg);
        }

        foreach (var (name, value) in variables)
        {
            start.Environment[name] = value;
        }

        return new ServerProcess(start);
    }

    /// <summary>Waits for the end; its lines are complete then.</summary>
    public async Task<int> ExitCodeAsync(CancellationToken cancellationToken)
    {
        await _process.WaitForExitAsync(cancellationToken);
        return _process.ExitCode;
    }

    /// <summary>Waits for a line of standard output that contains the text. One waiter at a time.</summary>
    public async Task WaitForOutputAsync(string text, CancellationToken cancellationToken)
    {
        while (!_output.Any(line => line.Contains(text, StringComparison.Ordinal)))
        {
            await _written.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Sends a signal by its name, such as TERM.</summary>
    public async Task SignalAsync(string signal, CancellationToken cancellationToken)
    {
        using var kill = Process.Start("kill", ["-s", signal, Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync(CancellationToken.None);
        }

        _process.Dispose();
        _written.Dispose();
    }

    private void TakeOutput(string? line)
    {
        if (line is null)
        {
            _firstLine.TrySetException(new InvalidOperationException("The process ended before it wrote a line."));
            return;
        }

        _output.Enqueue(line);
        _firstLine.TrySetResult(line);
        _written.Release();
    }

    private void TakeError(string? line)
    {
        if (line is not null)
        {
            _error.Enqueue(line);
        }
    }
}
