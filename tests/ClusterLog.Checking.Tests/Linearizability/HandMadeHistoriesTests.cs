using ClusterLog.Checking.Linearizability;
using ClusterLog.Checking.Registers;

namespace ClusterLog.Checking.Tests.Linearizability;

public sealed class HandMadeHistoriesTests
{
    [Theory]
    [InlineData("nothing at all", "")]
    [InlineData("one write", "w1 |-|")]
    [InlineData("one read of the beginning", "rn |-|")]
    [InlineData("one of unknown outcome", "w1 ?")]
    [InlineData("only unknown and failed ones", "w1 ?\nc12 ?\nw3 x")]
    [InlineData("one after the other", "w1 |-|\nr1     |-|\nc12        |-|\nr2             |-|")]
    [InlineData("a read beside the write sees it", "w1 |----|\nr1  |-|")]
    [InlineData("a read beside the write does not see it", "w1 |----|\nrn  |-|")]
    [InlineData("two writes beside each other, in either order", "w1 |----|\nw2  |--|\nr1        |-|")]
    [InlineData("two writes beside each other, in the other", "w1 |----|\nw2  |--|\nr2        |-|")]
    [InlineData("completed and invoked at one time is beside", "w1 |--|\nrn    |--|")]
    [InlineData("a compare-and-set that misses", "w1 |-|\nc23!    |-|\nr1          |-|")]
    [InlineData("an unknown write takes effect", "w1 ?\nr1    |-|")]
    [InlineData("an unknown write never takes effect", "w1 ?\nrn    |-|\nrn       |-|")]
    [InlineData("an unknown write takes effect much later", "w1 ?\nw2   |-|\nr2      |-|\nr1          |-|")]
    [InlineData("an unknown compare-and-set helps", "w1 |-|\nc12   ?\nr1     |-|\nr2         |-|")]
    [InlineData("unknown ones in the reverse of their order", "w1 ?\nw2  ?\nr2     |-|\nr1         |-|")]
    [InlineData("a failed write is not there", "w1 |-|\nw2   x\nr1      |-|")]
    public void Check_LinearizableHistory_FindsAProof(string name, string drawing)
    {
        var operations = Drawing.Read(drawing);
        var result = Check(operations);
        Assert.True(result.Verdict == Verdict.Linearizable, $"{name}: {result}");
        Proofs.AssertProves(new RegisterModel(), operations, result.Order);
        Assert.Null(result.Unexplained);
    }

    [Theory]
    [InlineData("a read of what nobody wrote", "w1 |-|\nr2     |-|", 1)]
    [InlineData("a single read of what nobody wrote", "r2     |-|", 0)]
    [InlineData("a stale read", "w1 |-|\nw2     |-|\nr1         |-|", 2)]
    [InlineData("a read of the future", "r1 |-|\nw1     |-|", 0)]
    [InlineData("two reads that see a write come and go", "w1 |----------|\nr1  |-|\nrn      |-|", 2)]
    [InlineData("a compare-and-set that should have missed", "w1 |-|\nc23    |-|", 1)]
    [InlineData("a compare-and-set that should not have missed", "w1 |-|\nc12!    |-|", 1)]
    [InlineData("two compare-and-sets of one value", "w1 |-|\nc12    |--|\nc13     |--|", 2)]
    [InlineData("an unknown write takes effect twice", "w1 ?\nr1   |-|\nw2      |-|\nr2          |-|\nr1              |-|", 4)]
    [InlineData("an unknown write takes effect too early", "r1 |-|\nw1     ?", 0)]
    [InlineData("a failed write is there", "w1 |-|\nw2   x\nr2      |-|", 2)]
    public void Check_HistoryThatIsNot_NamesTheReturnThatNothingExplains(string name, string drawing, int unexplained)
    {
        var operations = Drawing.Read(drawing);
        var result = Check(operations);
        Assert.True(result.Verdict == Verdict.NotLinearizable, $"{name}: {result}");
        Assert.Same(operations[unexplained], result.Unexplained);
        Assert.Contains(operations[unexplained], result.Pending);
    }

    [Fact]
    public void Describe_Violation_ShowsOrderStateAndWhatIsPending()
    {
        var result = Check(Drawing.Read("w1 |-|\nw2     |-|\nw3 ?\nr1         |-|"));

        Assert.Equal(
            $"""
            NotLinearizable: 4 operations, {result.Steps} steps.
            No order found that explains read() = 1 by 3 at 11..13.
            An order that explains every return before it (the last 1 of 3):
              write(3) by 2 at 3..unknown -> state 3
            Then, in state 3, none of these helps:
              read() = 1 by 3 at 11..13

            """.ReplaceLineEndings("\n"),
            result.Describe(orderLinesMax: 1));
    }

    [Fact]
    public void Check_CompletedBeforeInvoked_Throws()
    {
        var operation = Drawing.Read("w1   |-|")[0] with { Completed = 0 };
        var exception = Assert.Throws<ArgumentException>(() => Check([operation]));
        Assert.Contains("invoked at 5 and completed at 0", exception.Message, StringComparison.Ordinal);
    }

    private static LinearizabilityResult<long?, RegisterInput, RegisterOutput> Check(
        IReadOnlyList<Operation<RegisterInput, RegisterOutput>> operations) =>
        LinearizabilityChecker.Check(new RegisterModel(), operations);
}
