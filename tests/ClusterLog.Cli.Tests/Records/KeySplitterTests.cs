using System.Text;
using ClusterLog.Cli.Records;

namespace ClusterLog.Cli.Tests.Records;

public sealed class KeySplitterTests
{
    [Theory]
    [InlineData("k:v", ":", "k", "v")]
    [InlineData("k:v:w", ":", "k", "v:w")]
    [InlineData(":v", ":", "", "v")]
    [InlineData("k:", ":", "k", "")]
    [InlineData("v", ":", null, "v")]
    [InlineData("", ":", null, "")]
    [InlineData("k=>v", "=>", "k", "v")]
    [InlineData("k→v", "→", "k", "v")]
    public void Split_Line_CutsAtTheFirstSeparator(string line, string separator, string? key, string value)
    {
        var parts = new KeySplitter(separator).Split(Encoding.UTF8.GetBytes(line));
        Assert.Equal(key, parts.Key is { } bytes ? Encoding.UTF8.GetString(bytes.Span) : null);
        Assert.Equal(value, Encoding.UTF8.GetString(parts.Value.Span));
    }
}
