using ClusterLog.Checking.Histories;
using ClusterLog.Checking.Linearizability;
using ClusterLog.Checking.Registers;
using ClusterLog.Checking.Tests.Histories;
using ClusterLog.Checking.Tests.Linearizability;

namespace ClusterLog.Checking.Tests.Registers;

public sealed class RegisterHistoryTests
{
    [Fact]
    public void FromHistory_OfWhatToHistoryGave_IsTheSame()
    {
        const int Seed = 11;
        var operations = RecordedRegister.Record(Seed, operations: 200, concurrency: 5);
        var text = Lines.Write(operations.Select(operation => RegisterHistory.ToHistory(operation, "x")));
        var read = RegisterHistory.FromHistory(Lines.Read(text)).ToArray();

        Assert.All(read, pair => Assert.Equal("x", pair.Key));

        // When an operation that is not ok ended means nothing, and is not written.
        Assert.Equal(
            operations.Select(o => o.Outcome == Outcome.Ok ? o : o with { Completed = o.Invoked }),
            read.Select(pair => pair.Value));
        Assert.Equal(Verdict.Linearizable, LinearizabilityChecker.Check(new RegisterModel(), read).Verdict);
    }

    [Theory]
    [InlineData("""{"process":1,"type":"ok","function":"push","value":1,"invoked":5,"completed":6}""", "The push of process 1 invoked at 5: expected read, write or cas.")]
    [InlineData("""{"process":1,"type":"ok","function":"cas","value":[1,2],"invoked":5,"completed":6}""", "The cas of process 1 invoked at 5: the value is [1,2], expected an array of 3.")]
    [InlineData("""{"process":1,"type":"info","function":"cas","value":7,"invoked":5}""", "The cas of process 1 invoked at 5: the value is 7, expected an array of 2.")]
    [InlineData("""{"process":1,"type":"info","function":"write","value":"a","invoked":5}""", "The write of process 1 invoked at 5: The JSON value could not be converted")]
    public void FromHistory_NotOfARegister_NamesTheOperation(string line, string message)
    {
        var history = Lines.Read(line + "\n");
        var exception = Assert.Throws<HistoryFormatException>(() => RegisterHistory.FromHistory(history).ToArray());
        Assert.StartsWith(message, exception.Message, StringComparison.Ordinal);
    }
}
