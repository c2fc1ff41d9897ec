using ClusterLog.Conventions.Tests.Sources;

namespace ClusterLog.Conventions.Tests.Code;

public class BannedCallTests
{
    private const string AllowedList = "allowed-calls.txt";

    private static readonly BannedCall[] Found = SourceFile.All.SelectMany(BannedCalls.Find).ToArray();

    private static readonly IReadOnlyList<string[]> Allowed = TextList.Read(AllowedList, 3);

    [Fact]
    public void Source_HasNoBannedCallWithoutAReason() => Report.None(
        $"Banned calls (exceptions stand with their reason in {TextList.PathOf(AllowedList)}):",
        from call in Found
        where !Allowed.Any(row => row[0] == call.Rule && row[1] == call.Path)
        select $"{call.At}: {call.Rule}");

    [Fact]
    public void AllowedCalls_AllStillOccur() => Report.None(
        $"These lines of {TextList.PathOf(AllowedList)} excuse nothing any more:",
        from row in Allowed
        where !Found.Any(call => row[0] == call.Rule && row[1] == call.Path)
        select string.Join(" | ", row));

    [Theory]
    [InlineData("clock", "var t = DateTime.UtcNow;")]
    [InlineData("clock", "var t = System.DateTimeOffset.Now;")]
    [InlineData("unseeded-random", "var n = Random.Shared.Next();")]
    [InlineData("unseeded-random", "var r = new Random();")]
    [InlineData("unseeded-random", "Random r = new();")]
    [InlineData("sleep", "Thread.Sleep(1);")]
    [InlineData("untimed-delay", "await Task.Delay(10);")]
    [InlineData("untimed-delay", "await Task.Delay(10, token);")]
    [InlineData("untimed-delay", "await Task.Delay(10, _timeout.Token);")]
    [InlineData("untimed-delay", "using var t = new PeriodicTimer(period);")]
    [InlineData("blocking", "var x = task.Result;")]
    [InlineData("blocking", "var x = ReadAsync(a, b).Result;")]
    [InlineData("blocking", "ReadAsync().Wait();")]
    [InlineData("blocking", "var x = ReadAsync().GetAwaiter().GetResult();")]
    [InlineData("blocking", "Task.WaitAll(a, b);")]
    [InlineData("bare-catch", "try { } catch { }")]
    [InlineData("bare-catch", "try { } catch { if (a) { throw; } }")]
    [InlineData("silent-catch", "try { } catch (Exception) { _broken = true; }")]
    public void Find_BannedCall_NamesItsRule(string rule, string code) => Assert.Equal([rule], RulesIn(code));

    [Theory]
    [InlineData("var t = _time.GetUtcNow();")]
    [InlineData("var r = new Random(seed);")]
    [InlineData("await Task.Delay(delay, _timeProvider, token);")]
    [InlineData("await Task.Delay(delay, options.TimeProvider, token);")]
    [InlineData("await Task.Delay(delay, time);")]
    [InlineData("await Task.Delay(delay, _context.Time, _stopping.Token);")]
    [InlineData("using var t = new PeriodicTimer(period, _services.Time);")]
    [InlineData("var x = votes.Result;")]
    [InlineData("Monitor.Wait(gate);")]
    [InlineData("try { } catch { file.Dispose(); throw; }")]
    [InlineData("try { } catch (IOException) { }")]
    [InlineData("try { } catch (Exception) when (stopping) { }")]
    [InlineData("try { } catch (Exception) { Close(); throw; }")]
    [InlineData("try { } catch (Exception e) { _done.SetException(e); }")]
    [InlineData("try { } catch (Exception) { PeerLog.Closed(_logger); }")]
    [InlineData("try { } catch (Exception) { _log.Closed(); }")]
    [InlineData("try { } catch (Exception)\n{\n// The caller asked before.\n}")]
    public void Find_AllowedCall_FindsNothing(string code) => Assert.Empty(RulesIn(code));

    private static IEnumerable<string> RulesIn(string statement) => BannedCalls
        .Find(SourceFile.FromText("src/P/A.cs", $"class A {{ async Task B() {{ {statement} }} }}"))
        .Select(call => call.Rule);
}
