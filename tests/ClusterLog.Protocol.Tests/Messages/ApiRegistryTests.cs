using ClusterLog.Protocol.Messages;

namespace ClusterLog.Protocol.Tests.Messages;

public class ApiRegistryTests
{
    [Fact]
    public void All_HoldsEachKeyOnce_InOrder()
    {
        Assert.Equal(Enum.GetValues<ApiKey>(), ApiRegistry.All.Select(api => api.Key));
        Assert.All(ApiRegistry.All, api => Assert.Equal(api.Key.ToString(), api.Name));
        Assert.All(ApiRegistry.All, api => Assert.InRange(api.VersionMin, 1, api.VersionMax));
        Assert.All(ApiRegistry.All, api => Assert.Same(api, ApiRegistry.Find(api.Key)));
    }

    [Theory]
    [InlineData(0, 1, ErrorCode.None)]
    [InlineData(10, 1, ErrorCode.None)]
    [InlineData(5, 0, ErrorCode.UnsupportedVersion)]
    [InlineData(5, 2, ErrorCode.UnsupportedVersion)]
    [InlineData(5, -1, ErrorCode.UnsupportedVersion)]
    [InlineData(12, 1, ErrorCode.UnknownApi)]
    [InlineData(-1, 1, ErrorCode.UnknownApi)]
    [InlineData(short.MinValue, 1, ErrorCode.UnknownApi)]
    [InlineData(short.MaxValue, 1, ErrorCode.UnknownApi)]
    public void Check_OfKeyAndVersion_TellsWhatIsServed(short key, short version, ErrorCode expected) =>
        Assert.Equal(expected, ApiRegistry.Check((ApiKey)key, version));
}
