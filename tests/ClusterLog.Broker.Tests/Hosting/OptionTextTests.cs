using ClusterLog.Broker.Hosting;
using ClusterLog.Broker.Peers;

namespace ClusterLog.Broker.Tests.Hosting;

public sealed class OptionTextTests
{
    [Theory]
    [InlineData("8388608", 8L << 20, "8 MiB")]
    [InlineData("8MiB", 8L << 20, "8 MiB")]
    [InlineData(" 1.5 kib ", 1536, "1536 B")]
    [InlineData("0", 0, "0 B")]
    [InlineData("2TiB", 2L << 40, "2 TiB")]
    public void TryParseBytes_GoodText_IsReadAndWrittenBack(string text, long bytes, string written)
    {
        Assert.True(OptionText.TryParseBytes(text, out var read));
        Assert.Equal(bytes, read);
        Assert.Equal(written, OptionText.FormatBytes(read));
        Assert.True(OptionText.TryParseBytes(written, out var again));
        Assert.Equal(bytes, again);
    }

    [Theory]
    [InlineData("")]
    [InlineData("abc")]
    [InlineData("-1")]
    [InlineData("1.5")]
    [InlineData("8 MB")]
    [InlineData("MiB")]
    [InlineData("9999999999999 TiB")]
    public void TryParseBytes_BadText_IsRefused(string text) => Assert.False(OptionText.TryParseBytes(text, out _));

    [Theory]
    [InlineData("30s", 30_000, "30 s")]
    [InlineData("100 ms", 100, "100 ms")]
    [InlineData("10 min", 600_000, "10 min")]
    [InlineData("10m", 600_000, "10 min")]
    [InlineData("1H", 3_600_000, "1 h")]
    [InlineData("1.5s", 1_500, "1500 ms")]
    [InlineData("00:00:30", 30_000, "30 s")]
    [InlineData("0", 0, "0 s")]
    public void TryParseTime_GoodText_IsReadAndWrittenBack(string text, int milliseconds, string written)
    {
        Assert.True(OptionText.TryParseTime(text, out var read));
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), read);
        Assert.Equal(written, OptionText.FormatTime(read));
        Assert.True(OptionText.TryParseTime(written, out var again));
        Assert.Equal(read, again);
    }

    [Theory]
    [InlineData("")]
    [InlineData("30")]
    [InlineData("s")]
    [InlineData("-1s")]
    [InlineData("3 parsecs")]
    [InlineData("99999999999h")]
    public void TryParseTime_BadText_IsRefused(string text) => Assert.False(OptionText.TryParseTime(text, out _));

    [Theory]
    [InlineData("127.0.0.1:9400", "127.0.0.1", 9400)]
    [InlineData("[::1]:9400", "::1", 9400)]
    [InlineData("broker-1.example:0", "broker-1.example", 0)]
    public void ListenAddress_GoodText_IsReadAndWrittenBack(string text, string host, int port)
    {
        Assert.True(ListenAddress.TryParse(text, out var address));
        Assert.Equal(new ListenAddress(host, port), address);
        Assert.Equal(text, address.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("9400")]
    [InlineData(":9400")]
    [InlineData("::1:9400")]
    [InlineData("[127.0.0.1]:9400")]
    [InlineData("a:65536")]
    [InlineData("a:-1")]
    [InlineData("a b:1")]
    public void ListenAddress_BadText_IsRefused(string text) => Assert.False(ListenAddress.TryParse(text, out _));

    [Theory]
    [InlineData("1=127.0.0.1:9401", 1, "127.0.0.1", 9401)]
    [InlineData("12=[::1]:9401", 12, "::1", 9401)]
    public void PeerAddress_GoodText_IsReadAndWrittenBack(string text, int id, string host, int port)
    {
        Assert.Equal(new PeerAddress(id, host, port), PeerAddress.Parse(text));
        Assert.Equal(text, PeerAddress.Parse(text).ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("127.0.0.1:9401")]
    [InlineData("x=127.0.0.1:9401")]
    [InlineData("1=127.0.0.1")]
    [InlineData("-1=127.0.0.1:9401")]
    public void PeerAddress_BadText_IsRefused(string text) => Assert.False(PeerAddress.TryParse(text, out _));
}
