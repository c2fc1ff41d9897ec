using System.Text;
using System.Text.Json;
using ClusterLog.Checking.Histories;

namespace ClusterLog.Checking.Tests.Histories;

public sealed class HistoryFormatTests
{
    private const string Line = """{"process":3,"type":"ok","function":"read","value":7,"invoked":120,"key":"x","completed":135}""";

    [Fact]
    public void Write_Operation_IsOneLineAsDocumented()
    {
        HistoryOperation operation = new(3, Outcome.Ok, "read", "x", JsonSerializer.SerializeToElement(7), 120, 135);
        Assert.Equal(Line + "\n", Lines.Write([operation]));
    }

    [Theory]
    [InlineData(Line)]
    [InlineData("""{"process":-1,"type":"info","function":"write","value":null,"invoked":0}""")]
    [InlineData("""{"process":9,"type":"fail","function":"a \u0022b\u0022\n","value":{"a":[1,{"b":null}]},"invoked":5,"completed":5}""")]
    public void Read_WhatWasWritten_IsTheSame(string line)
    {
        var operation = Assert.Single(Lines.Read(line + "\n"));
        Assert.Equal(line + "\n", Lines.Write([operation]));
    }

    [Fact]
    public void Read_LinesOfAllLengthsInSmallPieces_FindsEach()
    {
        HistoryOperation Operation(int length) =>
            new(length, Outcome.Unknown, "write", null, JsonSerializer.SerializeToElement(new string('v', length)), 1, null);
        var operations = Enumerable.Range(0, 100).Select(i => Operation(i * 89)).ToArray();
        var bytes = Encoding.UTF8.GetBytes(Lines.Write(operations));
        foreach (var atOnce in new[] { 1, 7, 5000, bytes.Length })
        {
            using var stream = new TricklingStream(position => position < bytes.Length ? bytes[position] : null, atOnce);
            var read = HistoryReader.Read(stream).ToArray();
            Assert.Equal(
                operations.Select(o => (o.Process, o.Value.GetString())), read.Select(o => (o.Process, o.Value.GetString())));
        }
    }

    [Fact]
    public void Read_EmptyLinesAndCarriageReturns_AreSkipped() =>
        Assert.Equal(2, Lines.Read($"\n{Line}\r\n \r\n{Line}").Length);

    [Fact]
    public void Read_Nothing_IsEmpty() => Assert.Empty(Lines.Read(""));

    [Fact]
    public void ReadFile_FileOfLines_ReadsAll()
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, $"{Line}\n{Line}\n");
            Assert.Equal(2, HistoryReader.ReadFile(path).Count);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void Read_LineAtTheBound_IsReadAndOneAboveIsNot()
    {
        Assert.Equal(2, Lines.Read($"{Line}\n{Line}", Line.Length).Length);
        var shorter = Line.Replace("120", "12", StringComparison.Ordinal);
        var exception = Assert.Throws<HistoryFormatException>(() => Lines.Read($"{shorter}\n{Line}\n", Line.Length - 1));
        Assert.Equal($"Line 2 has more than the {Line.Length - 1} bytes allowed.", exception.Message);
    }

    [Fact]
    public void Read_EndlessLine_StopsAtTheBound()
    {
        const int LineBytesMax = 100_000;
        using var stream = new TricklingStream(_ => (byte)' ', 4096);
        var exception = Assert.Throws<HistoryFormatException>(() => HistoryReader.Read(stream, LineBytesMax).Count());
        Assert.Equal("Line 1 has more than the 100000 bytes allowed.", exception.Message);
        Assert.Equal(LineBytesMax + 1, stream.Position);
    }

    [Fact]
    public void Write_LineAtTheBound_IsWrittenAndOneAboveIsNot()
    {
        var operation = Lines.Read(Line)[0];
        Assert.Equal(Line + "\n", Lines.Write([operation], Line.Length));
        var exception = Assert.Throws<HistoryFormatException>(() => Lines.Write([operation], Line.Length - 1));
        Assert.Equal(
            $"The read of process 3 invoked at 120 takes {Line.Length} bytes, of {Line.Length - 1} allowed on a line.",
            exception.Message);
    }

    [Theory]
    [InlineData(Outcome.Ok, null)]
    [InlineData(Outcome.Unknown, 119L)]
    public void Write_TimesThatCannotBe_Throws(Outcome outcome, long? completed) => Assert.Throws<HistoryFormatException>(
        () => Lines.Write([Lines.Read(Line)[0] with { Outcome = outcome, Completed = completed }]));

    [Theory]
    [InlineData("hello", "'h' is an invalid start of a value")]
    [InlineData("null", "null, expected an object")]
    [InlineData("[1]", "could not be converted")]
    [InlineData("""{"process":1,"type":"ok","function":"read","value":1,"completed":2}""", "'invoked'")]
    [InlineData("""{"process":1,"type":"ok","function":"read","invoked":1,"completed":2}""", "'value'")]
    [InlineData("""{"process":"a","type":"ok","function":"read","value":1,"invoked":1,"completed":2}""", "$.process")]
    [InlineData("""{"process":1,"type":null,"function":"read","value":1,"invoked":1,"completed":2}""", "type")]
    [InlineData("""{"process":1,"type":"okay","function":"read","value":1,"invoked":1,"completed":2}""", "The type is \"okay\", expected ok, fail or info.")]
    [InlineData("""{"process":1,"type":"ok","function":"read","value":1,"invoked":1}""", "the type is ok, but completed is absent")]
    [InlineData("""{"process":1,"type":"ok","function":"read","value":1,"invoked":3,"completed":2}""", "completed 2 is before invoked 3")]
    [InlineData("""{"process":1,"type":"ok","function":"read","value":1,"invoked":1,"completed":2,"node":4}""", "node")]
    [InlineData("""{"process":1,"process":1,"type":"ok","function":"read","value":1,"invoked":1,"completed":2}""", "process")]
    [InlineData("""{"process":1,"type":"ok","function":"read","value":[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]],"invoked":1,"completed":2}""", "depth")]
    [InlineData("""{"process":1,"type":"ok","function":"read","value":1,"invoked":1,"completed":2} {}""", "is invalid after")]
    public void Read_NotAnOperation_SaysWhereAndWhy(string line, string why)
    {
        var exception = Assert.Throws<HistoryFormatException>(() => Lines.Read($"{Line}\n{line}\n{Line}\n"));
        Assert.StartsWith("Line 2 is not an operation: ", exception.Message, StringComparison.Ordinal);
        Assert.Contains(why, exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("cut short", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_LastLineCutShort_SaysSo()
    {
        var exception = Assert.Throws<HistoryFormatException>(() => Lines.Read($"{Line}\n{Line[..20]}"));
        Assert.StartsWith("Line 2 is not an operation: ", exception.Message, StringComparison.Ordinal);
        Assert.EndsWith("It has no line feed: the file may have been cut short.", exception.Message, StringComparison.Ordinal);
    }
}
