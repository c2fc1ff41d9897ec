using System.Diagnostics;
using ClusterLog.MessagePack.Tests.Values;
using ClusterLog.Testing;
using FsCheck;
using FsCheck.Fluent;

namespace ClusterLog.MessagePack.Tests.Interop;

/// <summary>One value, and what another implementation answered about it.</summary>
/// <param name="Value">The value.</param>
/// <param name="Encoded">Our encoding of it.</param>
/// <param name="TheirDecoding">What they read from our encoding, as tagged JSON.</param>
/// <param name="TheirEncoding">How they encode the value, in hex.</param>
/// <param name="TheirRecoding">What they read from our encoding, encoded by them, in hex.</param>
internal sealed record InteropCase(
    MessagePackValue Value, byte[] Encoded, string TheirDecoding, string TheirEncoding, string TheirRecoding);

/// <summary>
/// Another implementation, in one child process for all tests of a run: it gets every question at once, and its
/// answers are kept. <see cref="MissingReason"/> says what to install where it is not there.
/// </summary>
public abstract class InteropPeer : IAsyncLifetime
{
    private const int GeneratedCount = 400;
    private const int GeneratedSize = 50;

    /// <summary>Why there are no answers, or null.</summary>
    public string? MissingReason { get; private set; }

    /// <summary>What the generated values were made from.</summary>
    public int Seed { get; } = Environment.TickCount;

    internal IReadOnlyList<InteropCase> Cases { get; private set; } = [];

    /// <summary>The folder of the peers' packages.</summary>
    protected static string PackagesFolder => Path.Combine(RepositoryRoot.Path, "tests", "interop");

    /// <summary>The folder of the peers' programs.</summary>
    protected static string ProgramsFolder =>
        Path.Combine(RepositoryRoot.Path, "tests", "ClusterLog.MessagePack.Tests", "Interop");

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        var (command, missingReason) = await FindAsync();
        MissingReason = missingReason;
        if (command is not null)
        {
            await AskAsync(command);
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    /// <summary>The command that runs the peer, or why there is none.</summary>
    protected abstract Task<(string[]? Command, string? MissingReason)> FindAsync();

    /// <summary>Whether a command can be run and ends well.</summary>
    protected static async Task<bool> SucceedsAsync(params string[] command)
    {
        try
        {
            using var process = Start(command);
            process.StandardInput.Close();
            var output = process.StandardOutput.ReadToEndAsync();
            var error = process.StandardError.ReadToEndAsync();
            await process.WaitForExitAsync();
            await Task.WhenAll(output, error);
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            // The program is not there, which is what was asked.
            return false;
        }
    }

    private static Process Start(string[] command)
    {
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        return Process.Start(start) ?? throw new InvalidOperationException($"Could not start {command[0]}.");
    }

    private static async Task WriteQuestionsAsync(Process process, IReadOnlyList<MessagePackValue> values)
    {
        foreach (var value in values)
        {
            var hex = Codec.Hex(ValueCodec.Encode(value));
            await process.StandardInput.WriteAsync(
                $"decode {hex}\nencode {InteropValues.WithoutSingles(value)}\nrecode {hex}\n");
        }

        process.StandardInput.Close();
    }

    private async Task AskAsync(string[] command)
    {
        var generated = ValueGenerators.Portable.Sample(GeneratedCount, new Rnd((ulong)Seed), GeneratedSize);
        MessagePackValue[] values = [.. EdgeValues.All, .. generated];
        using var process = Start(command);
        var answers = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        try
        {
            await WriteQuestionsAsync(process, values);
        }
        catch (IOException)
        {
            // The peer ended before it had read all: how and why is in its exit code and error, reported below.
        }

        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        var lines = (await answers).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        if (process.ExitCode != 0 || lines.Length != 3 * values.Length)
        {
            throw new InvalidOperationException(
                $"Expected {3 * values.Length} answers of {command[0]}, found {lines.Length}, exit code " +
                $"{process.ExitCode} and: {await error}");
        }

        Cases = [.. values.Select((value, index) => new InteropCase(
            value, ValueCodec.Encode(value), lines[3 * index], lines[(3 * index) + 1], lines[(3 * index) + 2]))];
    }
}
