using ClusterLog.Checking.Histories;
using ClusterLog.Checking.Linearizability;
using ClusterLog.Checking.Registers;

namespace ClusterLog.Checking.Tests.Linearizability;

public sealed class KeysAndBoundsTests
{
    private static readonly RegisterModel Model = new();

    [Fact]
    public void Check_Keys_AreJudgedEachAlone()
    {
        var result = LinearizabilityChecker.Check(Model, Keyed("x", "w1 |-|\nr1     |-|").Concat(Keyed("y", "rn    |-|")));
        Assert.Equal(Verdict.Linearizable, result.Verdict);
        Assert.Equal(2, result.Results.Count);
        Assert.Empty(result.ToString());
    }

    [Fact]
    public void Check_OneKeyThatIsNot_IsTheVerdictAndNamed()
    {
        var result = LinearizabilityChecker.Check(Model, Keyed("x", "w1 |-|").Concat(Keyed("y", "r1    |-|")));
        Assert.Equal(Verdict.NotLinearizable, result.Verdict);
        Assert.Equal(Verdict.Linearizable, result.Results["x"].Verdict);
        Assert.StartsWith("Key y: NotLinearizable", result.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Check_OneKeyUnknown_IsTheVerdictUnlessAnotherIsNot()
    {
        var unknown = Keyed("x", Hard);
        var options = new SearchOptions { StepsMax = 100 };
        Assert.Equal(Verdict.Unknown, LinearizabilityChecker.Check(Model, unknown, options).Verdict);
        Assert.Equal(
            Verdict.NotLinearizable, LinearizabilityChecker.Check(Model, unknown.Concat(Keyed("y", "r1 |-|")), options).Verdict);
    }

    [Fact]
    public void Check_StepsMaxMet_IsUnknownAndSaysHowFarItGot()
    {
        var result = LinearizabilityChecker.Check(Model, Drawing.Read(Hard), new() { StepsMax = 100 });
        Assert.Equal((Verdict.Unknown, 101), (result.Verdict, result.Steps));
        Assert.NotNull(result.Unexplained);
    }

    [Fact]
    public void Check_ConfigurationsMaxMet_IsUnknown() => Assert.Equal(
        Verdict.Unknown,
        LinearizabilityChecker.Check(Model, Drawing.Read(Hard), new() { ConfigurationsMax = 10 }).Verdict);

    [Fact]
    public void Check_DurationMaxMet_IsUnknown() => Assert.Equal(
        Verdict.Unknown,
        LinearizabilityChecker.Check(
            Model, Beside(12), new() { DurationMax = TimeSpan.FromTicks(1), TimeProvider = new StrideClock() }).Verdict);

    [Fact]
    public void Check_BoundsNotMet_KnowsTheVerdict() =>
        Assert.Equal(Verdict.NotLinearizable, LinearizabilityChecker.Check(Model, Drawing.Read(Hard)).Verdict);

    [Fact]
    public void Check_LongHistoryWithEarlyUnknown_IsCheapPerOperation()
    {
        const int Length = 30_000;
        var operations = new List<Operation<RegisterInput, RegisterOutput>>
        {
            new(0, RegisterInput.Write(-1), default, Outcome.Unknown, 0, 0),
        };
        for (var i = 1; i <= Length; i++)
        {
            // Each overlaps the next, so that no moment is quiet.
            operations.Add(new(i % 3, RegisterInput.Write(i), default, Outcome.Ok, 3 * i, (3 * i) + 4));
        }

        var result = LinearizabilityChecker.Check(Model, operations);
        Assert.Equal(Verdict.Linearizable, result.Verdict);
        Assert.InRange(result.Steps, Length, 10 * Length);
        Proofs.AssertProves(Model, operations, result.Order);
    }

    /// <summary>Writes of distinct values, all beside each other, and then a read that none explains.</summary>
    private static string Hard =>
        string.Join('\n', Enumerable.Range(0, 6).Select(i => $"w{i} |---------|")) + "\nr9                  |-|";

    private static Operation<RegisterInput, RegisterOutput>[] Beside(int count) =>
    [
        .. Enumerable.Range(0, count).Select(i => new Operation<RegisterInput, RegisterOutput>(
            i, RegisterInput.Write(i), default, Outcome.Ok, 0, 10)),
        new(count, RegisterInput.Read, new(count), Outcome.Ok, 11, 12),
    ];

    private static KeyValuePair<string, Operation<RegisterInput, RegisterOutput>>[] Keyed(string key, string drawing) =>
        [.. Drawing.Read(drawing).Select(operation => KeyValuePair.Create(key, operation))];

    /// <summary>Each look at this clock takes a second of its time.</summary>
    private sealed class StrideClock : TimeProvider
    {
        private long _seconds;

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => _seconds++;
    }
}
