using ClusterLog.Checking.Linearizability;
using ClusterLog.Checking.Registers;
using FsCheck;
using FsCheck.Fluent;
using Outcome = ClusterLog.Checking.Histories.Outcome;

namespace ClusterLog.Checking.Tests.Linearizability;

public sealed class RecordedHistoriesTests
{
    private const long NeverWritten = 99;

    // A failure of FsCheck's is an exception that holds the seed and the shrunk value.
    private static readonly Config Config = Config.QuickThrowOnFailure.WithMaxTest(100);

    private static readonly RegisterModel Model = new();

    /// <summary>Seed, number of operations, and how many run at once.</summary>
    private static Arbitrary<(int Seed, int Operations, int Concurrency)> Runs => Arb.From(
        Gen.Choose(0, int.MaxValue).SelectMany(seed =>
            Gen.Choose(0, 100).SelectMany(operations =>
                Gen.Choose(1, 6).Select(concurrency => (seed, operations, concurrency)))));

    [Fact]
    public void Check_HistoryOfAnAtomicRegister_IsLinearizable() => Prop.ForAll(Runs, run =>
    {
        var history = RecordedRegister.Record(run.Seed, run.Operations, run.Concurrency);
        var result = LinearizabilityChecker.Check(Model, history);
        Assert.True(result.Verdict == Verdict.Linearizable, result.ToString());
        Proofs.AssertProves(Model, history, result.Order);
    }).Check(Config);

    [Fact]
    public void Check_ReadOfWhatNobodyWrote_IsNotLinearizable() => Prop.ForAll(Runs, run =>
    {
        var history = RecordedRegister.Record(run.Seed, run.Operations, run.Concurrency);
        var reads = Enumerable.Range(0, history.Length)
            .Where(i => history[i] is { Outcome: Outcome.Ok, Input.Function: RegisterFunction.Read })
            .ToArray();
        if (reads.Length > 0)
        {
            var mutated = reads[run.Seed % reads.Length];
            history[mutated] = history[mutated] with { Output = new(NeverWritten) };
            var result = LinearizabilityChecker.Check(Model, history);
            Assert.True(result.Verdict == Verdict.NotLinearizable, result.ToString());
            Assert.Same(history[mutated], result.Unexplained);
        }
    }).Check(Config);

    [Fact]
    public void Check_SmallHistoryWithRandomAnswers_AgreesWithTryingEveryOrder()
    {
        var verdicts = new HashSet<Verdict>();
        Prop.ForAll(Runs, run =>
        {
            var history = WithRandomAnswers(RecordedRegister.Record(run.Seed, run.Operations % 8, run.Concurrency), run.Seed);
            var result = LinearizabilityChecker.Check(Model, history);
            Assert.True(
                Proofs.IsLinearizable(Model, history) == (result.Verdict == Verdict.Linearizable),
                $"{result}\n{string.Join('\n', history.AsEnumerable())}");
            verdicts.Add(result.Verdict);
            if (result.Unexplained is { } unexplained)
            {
                Assert.True(Proofs.IsLinearizable(Model, history, until: unexplained.Completed - 1));
                Assert.False(Proofs.IsLinearizable(Model, history, until: unexplained.Completed));
            }
        }).Check(Config.WithMaxTest(1000));

        // A generator whose histories are all of one kind would test nothing.
        Assert.Equal([Verdict.Linearizable, Verdict.NotLinearizable], verdicts.Order());
    }

    [Fact]
    public async Task Check_HistoryOfThreadsOnAnInterlockedRegister_IsLinearizable()
    {
        const int Threads = 4;
        const int OperationsEach = 500;
        var clock = 0L;
        var register = 0L;
        using var start = new Barrier(Threads);
        var histories = await Task.WhenAll(Enumerable.Range(0, Threads).Select(thread => Task.Factory.StartNew(
            () =>
            {
                var random = new Random(thread);
                start.SignalAndWait(TestContext.Current.CancellationToken);
                return Enumerable.Range(0, OperationsEach)
                    .Select(_ => Do(thread, random.Next(3), random.Next(4), random.Next(4), ref register, ref clock))
                    .ToArray();
            },
            TestContext.Current.CancellationToken,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default)));

        // The model begins as nil, this register as 0.
        Operation<RegisterInput, RegisterOutput> first = new(-1, RegisterInput.Write(0), default, Outcome.Ok, -1, -1);
        Operation<RegisterInput, RegisterOutput>[] all = [first, .. histories.SelectMany(history => history)];
        var result = LinearizabilityChecker.Check(Model, all);
        Assert.True(result.Verdict == Verdict.Linearizable, result.ToString());
    }

    private static Operation<RegisterInput, RegisterOutput> Do(
        int thread, int function, long expected, long value, ref long register, ref long clock)
    {
        var invoked = Interlocked.Increment(ref clock);
        RegisterInput input;
        RegisterOutput output = default;
        switch (function)
        {
            case 0:
                input = RegisterInput.Read;
                output = new(Interlocked.Read(ref register));
                break;
            case 1:
                input = RegisterInput.Write(value);
                Interlocked.Exchange(ref register, value);
                break;
            default:
                input = RegisterInput.CompareAndSet(expected, value);
                output = new(WasSet: Interlocked.CompareExchange(ref register, value, expected) == expected);
                break;
        }

        return new(thread, input, output, Outcome.Ok, invoked, Interlocked.Increment(ref clock));
    }

    /// <summary>Replaces some answers by any that the type allows, and forgets some.</summary>
    private static Operation<RegisterInput, RegisterOutput>[] WithRandomAnswers(
        Operation<RegisterInput, RegisterOutput>[] history,
        int seed)
    {
        var random = new Random(seed);
        return [.. history.Select(operation => random.Next(10) switch
        {
            < 3 => operation with { Output = new(random.Next(4), random.Next(2) == 0) },
            < 6 when operation.Outcome == Outcome.Ok => operation with { Outcome = Outcome.Unknown },
            _ => operation,
        })];
    }
}
