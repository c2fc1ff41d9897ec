using ClusterLog.Server.Configuration;

namespace ClusterLog.Server.Tests.Configuration;

public sealed class NearestTextTests
{
    [Theory]
    [InlineData("brokrid", "BrokerId")]
    [InlineData("Shard", "Shards")]
    [InlineData("Limits.FrameByteMax", "Limits.FrameBytesMax")]
    [InlineData("Nope", null)]
    [InlineData("x", null)]
    public void Find_OneThatResemblesTheText_OrNone(string text, string? expected) =>
        Assert.Equal(expected, NearestText.Find(text, ["BrokerId", "Shards", "Limits.FrameBytesMax"]));
}
