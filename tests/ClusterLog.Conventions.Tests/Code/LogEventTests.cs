using ClusterLog.Conventions.Tests.Sources;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace ClusterLog.Conventions.Tests.Code;

public class LogEventTests
{
    private static readonly Dictionary<string, (int First, int Last)> Ranges = new()
    {
        ["ClusterLog.Client"] = (1000, 1999),
        ["ClusterLog.Storage"] = (3000, 3999),
        ["ClusterLog.Broker"] = (4000, 5999),
        ["ClusterLog.Server"] = (6000, 6999),
        ["ClusterLog.Cli"] = (7000, 7999),
    };

    private static readonly LogEvent[] Events = SourceFile.All.SelectMany(Find).ToArray();

    [Fact]
    public void LoggerMessages_AreFoundAtAll() => Assert.NotEmpty(Events);

    [Fact]
    public void EventIds_AreUnique() => Report.None(
        "Two log events share an id:",
        from logEvent in Events
        group logEvent by logEvent.Id into same
        where same.Count() > 1
        select $"{same.Key}: {string.Join(", ", same.Select(e => e.At))}");

    [Fact]
    public void EventIds_AreInTheRangeOfTheirProject() => Report.None(
        "A log event's id is outside its project's range:",
        from logEvent in Events
        let range = Ranges.TryGetValue(logEvent.Project, out var found) ? found : (First: 0, Last: -1)
        where logEvent.Id is not { } id || id < range.First || id > range.Last
        select $"{logEvent.At}: {logEvent.Id?.ToString() ?? "not a number"}, allowed {range.First} to {range.Last}");

    [Theory]
    [InlineData("[LoggerMessage(4001, LogLevel.Debug, \"x\")]", 4001)]
    [InlineData("[LoggerMessage(EventId = 4002, Level = LogLevel.Debug, Message = \"x\")]", 4002)]
    [InlineData("[LoggerMessage(LogLevel.Debug, \"x\")]", null)]
    public void Find_AttributeInEitherForm_GivesTheId(string attribute, int? id) => Assert.Equal(
        [id], Find(SourceFile.FromText("src/P/A.cs", $"class A {{ {attribute} static partial void B(); }}")).Select(e => e.Id));

    private static IEnumerable<LogEvent> Find(SourceFile file) =>
        from attribute in file.Nodes<AttributeSyntax>()
        where attribute.Name.ToString() is "LoggerMessage" or "LoggerMessageAttribute"
        let arguments = attribute.ArgumentList?.Arguments.ToArray() ?? []
        let named = arguments.FirstOrDefault(a => (a.NameEquals?.Name ?? a.NameColon?.Name)?.ToString() is "EventId" or "eventId")
        let id = (named ?? arguments.FirstOrDefault())?.Expression
        select new LogEvent(
            (id as LiteralExpressionSyntax)?.Token.Value as int?, file.At(attribute), file.Project);

    private sealed record LogEvent(int? Id, string At, string Project);
}
