using ClusterLog.Simulation.Mutants;
using ClusterLog.Testing;

namespace ClusterLog.Simulation.Tests.Mutants;

public sealed class MutantTests
{
    /// <summary>Of the 28 faults that other systems had; the last is of queues, which are not built yet.</summary>
    private const int FaultsMin = 20;

    private static readonly TimeSpan GitDurationMax = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task Patches_EachAppliesToTheSources()
    {
        var found = new List<string>();
        foreach (var mutant in Mutant.FindAll(RepositoryRoot.Path))
        {
            var (exitCode, output) = await Command.RunAsync(
                RepositoryRoot.Path, GitDurationMax, "git", "apply", "--check", mutant.Path);
            if (exitCode != 0)
            {
                found.Add($"{mutant.Name}: {output}");
            }
        }

        Assert.True(found.Count == 0, "Patches that do not apply any more:\n" + string.Join('\n', found));
    }

    [Fact]
    public void Patches_TogetherBringBackAtLeastTwentyFaults()
    {
        var faults = Mutant.FindAll(RepositoryRoot.Path)
            .SelectMany(mutant => mutant.Faults.Split(',', StringSplitOptions.TrimEntries))
            .ToHashSet();

        Assert.True(faults.Count >= FaultsMin, $"Only {faults.Count} faults: {string.Join(' ', faults)}");
        Assert.All(faults, fault => Assert.InRange(int.Parse(fault, System.Globalization.CultureInfo.InvariantCulture), 1, 28));
    }

    [Fact]
    public void Read_HeaderOverSeveralLines_IsJoined()
    {
        using var file = new TemporaryFile("Fault: 6, 7\nBreaks: one\n  and two\nInvariant: three\n--- a/x\n+++ b/x\n");

        var mutant = Mutant.Read(file.Path);

        Assert.Equal(("6, 7", "one and two", "three"), (mutant.Faults, mutant.Breaks, mutant.Invariant));
    }

    [Fact]
    public void Read_HeaderWithoutAField_NamesIt()
    {
        using var file = new TemporaryFile("Fault: 6\nBreaks: one\n--- a/x\nInvariant: too late\n");

        var exception = Assert.Throws<InvalidDataException>(() => Mutant.Read(file.Path));

        Assert.Contains("Invariant:", exception.Message, StringComparison.Ordinal);
    }
}
