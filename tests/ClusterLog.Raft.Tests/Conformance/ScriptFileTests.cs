using ClusterLog.Conformance;

namespace ClusterLog.Raft.Tests.Conformance;

public sealed class ScriptFileTests
{
    [Fact]
    public void Parse_CommandWithArgumentsAndInput_ReadsEachPart()
    {
        var directive = Assert.Single(Parse(
            "# A comment.", "", "add 3 voters=(1, 2 3) name=x \\", "  empty=() last", "one two", "three", "----", "ok"));

        Assert.Equal(3, directive.Line);
        Assert.Equal("add", directive.Command);
        Assert.Equal(["1", "2", "3"], directive.ValuesOf("voters"));
        Assert.Equal("x", directive.ValueOf("name"));
        Assert.Null(directive.ValueOf("empty"));
        Assert.Equal(3, directive.NumberAt(0));
        Assert.Equal("last", directive.Arguments[^1].Key);
        Assert.Equal("one two\nthree", directive.Input);
        Assert.Equal("ok", directive.Expected);
    }

    [Fact]
    public void Parse_DoubleSeparators_KeepEmptyLinesOfTheOutput()
    {
        var directives = Parse("a", "----", "----", "x", "", "y", "----", "----", "", "b", "----", "z", "", "");

        Assert.Equal(["x\n\ny", "z"], directives.Select(directive => directive.Expected));
    }

    [Fact]
    public void Parse_NoSeparator_NamesTheLine()
    {
        var exception = Assert.Throws<ScriptFormatException>(() => Parse("", "campaign 1", "ok"));

        Assert.Contains("Line 2", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("true", true)]
    [InlineData("false", false)]
    public void IsTrue_Condition_IsRead(string value, bool expected)
        => Assert.Equal(expected, Assert.Single(Parse($"a prevote={value}", "----", "ok")).IsTrue("prevote"));

    [Fact]
    public void IsTrue_OtherWord_IsRefused()
        => Assert.Throws<ScriptFormatException>(
            () => Assert.Single(Parse("a prevote=perhaps", "----", "ok")).IsTrue("prevote"));

    private static List<Directive> Parse(params string[] lines) => ScriptFile.Parse(lines);
}
