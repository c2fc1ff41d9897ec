using System.Text;
using ClusterLog.Cli.Records;
using ClusterLog.Cli.Tests.Support;

namespace ClusterLog.Cli.Tests.Records;

public sealed class LineReaderTests
{
    [Theory]
    [InlineData("", new string[0])]
    [InlineData("a\nb\n", new[] { "a", "b" })]
    [InlineData("a\nb", new[] { "a", "b" })]
    [InlineData("\n", new[] { "" })]
    [InlineData("\n\n", new[] { "", "" })]
    [InlineData("a\n\nb\n", new[] { "a", "", "b" })]
    [InlineData("a\r\nb\r\n", new[] { "a\r", "b\r" })]
    [InlineData("a\rb\n", new[] { "a\rb" })]
    [InlineData("a\n\r", new[] { "a", "\r" })]
    [InlineData(" a \t\n\0\n", new[] { " a \t", "\0" })]
    public async Task TryReadLine_AnyChunking_SplitsAtNewlinesOnly(string text, string[] expected)
    {
        foreach (var (chunk, buffer) in new[] { (1, 1), (1, 16), (2, 3), (3, 2), (1024, 1024) })
        {
            var stream = new ChunkedStream(Encoding.UTF8.GetBytes(text), chunk);
            var lines = await ReadAllAsync(new LineReader(stream, buffer));
            Assert.Equal(expected, lines.Select(Encoding.UTF8.GetString));
        }
    }

    [Fact]
    public async Task TryReadLine_RandomBytes_JoinBackToTheInput()
    {
        const int Seed = 20_260_101;
        var random = new Random(Seed);
        for (var round = 0; round < 200; round++)
        {
            var input = new byte[random.Next(0, 600)];
            for (var i = 0; i < input.Length; i++)
            {
                input[i] = random.Next(6) == 0 ? (byte)'\n' : (byte)random.Next(256);
            }

            var reader = new LineReader(new ChunkedStream(input, random.Next(1, 64)), random.Next(1, 32));
            var lines = await ReadAllAsync(reader);
            var joined = lines.SelectMany(line => line.Append((byte)'\n')).ToArray();
            var endsWithNewline = input.Length == 0 || input[^1] == (byte)'\n';
            var expected = endsWithNewline ? input : [.. input, (byte)'\n'];
            Assert.True(expected.AsSpan().SequenceEqual(joined), $"Seed {Seed}, round {round}.");
            Assert.Equal(input.Length, reader.BytesRead);
            Assert.Equal(lines.Count, reader.Lines);
        }
    }

    [Fact]
    public async Task TryReadLine_LineFarLongerThanTheBuffer_IsWhole()
    {
        var line = new byte[300_000];
        new Random(7).NextBytes(line);
        line.AsSpan().Replace((byte)'\n', (byte)'x');
        var lines = await ReadAllAsync(new LineReader(new MemoryStream([.. line, (byte)'\n', (byte)'z']), 16));
        Assert.Equal(2, lines.Count);
        Assert.Equal(line, lines[0]);
        Assert.Equal("z"u8.ToArray(), lines[1]);
    }

    [Fact]
    public async Task FillAsync_LineAboveTheBound_NamesTheLine()
    {
        var text = "short\n" + new string('x', 101) + "\n";
        var reader = new LineReader(new MemoryStream(Encoding.UTF8.GetBytes(text)), 16, lineBytesMax: 99);
        var exception = await Assert.ThrowsAsync<LineTooLongException>(() => ReadAllAsync(reader));
        Assert.Contains("Line 2", exception.Message, StringComparison.Ordinal);
        Assert.Contains("99 bytes", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FillAsync_LineAtTheBound_IsRead()
    {
        var text = new string('x', 99) + "\n";
        var reader = new LineReader(new MemoryStream(Encoding.UTF8.GetBytes(text)), 16, lineBytesMax: 99);
        Assert.Equal(99, Assert.Single(await ReadAllAsync(reader)).Length);
    }

    [Fact]
    public async Task FillAsync_SourceThatCannotBeCancelled_EndsAllTheSame()
    {
        var source = new SilentStream("a\nb");
        var reader = new LineReader(source);
        using var cancellation = new CancellationTokenSource();
        Assert.True(await reader.FillAsync(cancellation.Token));
        Assert.True(reader.TryReadLine(out var line));
        Assert.Equal("a", Encoding.UTF8.GetString(line.Span));
        Assert.False(reader.TryReadLine(out _));
        var filling = reader.FillAsync(cancellation.Token).AsTask();
        await source.Asked;
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => filling);
    }

    private static async Task<List<byte[]>> ReadAllAsync(LineReader reader)
    {
        var lines = new List<byte[]>();
        do
        {
            while (reader.TryReadLine(out var line))
            {
                lines.Add(line.ToArray());
            }
        }
        while (await reader.FillAsync(TestContext.Current.CancellationToken));
        return lines;
    }
}
