using ClusterLog.Checking.Histories;
using ClusterLog.Checking.Registers;

namespace ClusterLog.Checking.Tests.Registers;

public sealed class JepsenRegisterLogTests
{
    [Fact]
    public void Read_EveryKindOfEvent_GivesOperationsWithTheirOutcomes()
    {
        var operations = JepsenRegisterLog.Read(
        [
            "INFO  jepsen.util - 0\t:invoke\t:read\tnil",
            "INFO  jepsen.util - 0\t:ok\t:read\t4",
            "1 :invoke :cas [0 3]",
            "1 :fail :cas [0 3]",
            "INFO  jepsen.util - :nemesis\t:info\t:start\tnil",
            "2 :invoke :cas [nil 5]",
            "3 :invoke :read nil",
            "",
            "3   :fail   :read   :timed-out",
            "2 :ok :cas [nil 5]",
            "4 :invoke :write 2",
            "4 :info :write :timed-out",
            "5 :invoke :cas [1 2]",
            "5 :fail :cas :timed-out",
            "6 :invoke :write 9",
        ]);

        Assert.Equal(
            [
                new(0, RegisterInput.Read, new(4), Outcome.Ok, 1, 2),
                new(1, RegisterInput.CompareAndSet(0, 3), new(WasSet: false), Outcome.Ok, 3, 4),
                new(3, RegisterInput.Read, default, Outcome.Failed, 7, 9),
                new(2, RegisterInput.CompareAndSet(null, 5), new(WasSet: true), Outcome.Ok, 6, 10),
                new(4, RegisterInput.Write(2), default, Outcome.Unknown, 11, 12),
                new(5, RegisterInput.CompareAndSet(1, 2), default, Outcome.Failed, 13, 14),
                new(6, RegisterInput.Write(9), default, Outcome.Unknown, 15, 15),
            ],
            operations);
    }

    [Theory]
    [InlineData("hello", "Line 1 is not an event of a register: hello")]
    [InlineData("0 :invoke :append 1", "Line 1 is not an event of a register: 0 :invoke :append 1")]
    [InlineData("0 :ok :read 1", "Line 1: process 0 ends what it has not begun.")]
    [InlineData("0 :invoke :read nil\n0 :invoke :read nil", "Line 2: process 0 is not done with what it began.")]
    [InlineData("0 :invoke :write x", "Line 1: the value is x, expected 1 of a number or nil.")]
    [InlineData("0 :invoke :cas [1]", "Line 1: the value is [1], expected 2 of a number or nil.")]
    public void Read_NotSuchALog_SaysWhere(string log, string message)
    {
        var exception = Assert.Throws<HistoryFormatException>(() => JepsenRegisterLog.Read(log.Split('\n')));
        Assert.Equal(message, exception.Message);
    }
}
