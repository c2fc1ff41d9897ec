using ClusterLog.Cli.Parsing;
using ClusterLog.Client;

namespace ClusterLog.Cli.Tests.Parsing;

public sealed class ParserTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("2026-01-31T11:55:00Z", "2026-01-31T11:55:00+00:00")]
    [InlineData("2026-01-31T11:55:00.250Z", "2026-01-31T11:55:00.250+00:00")]
    [InlineData("2026-01-31T13:55:00+02:00", "2026-01-31T11:55:00+00:00")]
    [InlineData("2026-01-31T11:55:00", "2026-01-31T11:55:00+00:00")]
    [InlineData("2026-01-31 11:55", "2026-01-31T11:55:00+00:00")]
    [InlineData("2026-01-31", "2026-01-31T00:00:00+00:00")]
    [InlineData("-5m", "2026-01-31T11:55:00+00:00")]
    [InlineData("-1.5h", "2026-01-31T10:30:00+00:00")]
    [InlineData("-250ms", "2026-01-31T11:59:59.750+00:00")]
    [InlineData("-2d", "2026-01-29T12:00:00+00:00")]
    [InlineData("-30s", "2026-01-31T11:59:30+00:00")]
    public void StartPosition_Time_IsThatTime(string text, string expected)
    {
        Assert.True(StartPositionParser.TryParse(text, Now, out var position));
        var time = DateTimeOffset.Parse(expected, System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal(StartPosition.AtTimestamp(time), position);
    }

    [Fact]
    public void StartPosition_NameOrOffset_IsThat()
    {
        Assert.True(StartPositionParser.TryParse("earliest", Now, out var earliest));
        Assert.Equal(StartPosition.Earliest, earliest);
        Assert.True(StartPositionParser.TryParse("latest", Now, out var latest));
        Assert.Equal(StartPosition.Latest, latest);
        Assert.True(StartPositionParser.TryParse("0", Now, out var zero));
        Assert.Equal(StartPosition.AtOffset(0), zero);
        Assert.True(StartPositionParser.TryParse("9223372036854775807", Now, out var max));
        Assert.Equal(StartPosition.AtOffset(long.MaxValue), max);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-5")]
    [InlineData("5m")]
    [InlineData("--5m")]
    [InlineData("-m")]
    [InlineData("-99999999d")]
    [InlineData("EARLIEST")]
    [InlineData("9223372036854775808")]
    [InlineData("2026-13-01")]
    [InlineData("01/31/2026")]
    [InlineData("yesterday")]
    public void StartPosition_AnythingElse_IsRefused(string text) =>
        Assert.False(StartPositionParser.TryParse(text, Now, out _));

    [Theory]
    [InlineData("0", 0)]
    [InlineData("65536", 65_536)]
    [InlineData("64KiB", 65_536)]
    [InlineData("64kib", 65_536)]
    [InlineData("64 KiB", 65_536)]
    [InlineData("64KB", 64_000)]
    [InlineData("1MiB", 1_048_576)]
    [InlineData("2GB", 2_000_000_000)]
    [InlineData("12B", 12)]
    public void Size_Allowed_IsRead(string text, long expected)
    {
        Assert.True(SizeParser.TryParse(text, out var bytes));
        Assert.Equal(expected, bytes);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-1")]
    [InlineData("1.5MiB")]
    [InlineData("MiB")]
    [InlineData("9223372036854775807GiB")]
    [InlineData("0x10")]
    public void Size_NotAllowed_IsRefused(string text) => Assert.False(SizeParser.TryParse(text, out _));

    [Theory]
    [InlineData("5", false)]
    [InlineData("5x", false)]
    [InlineData("-5s", false)]
    [InlineData("1e3s", false)]
    [InlineData("NaNs", false)]
    [InlineData("0.5s", true)]
    [InlineData("100d", true)]
    public void Duration_Text_IsAllowedOrNot(string text, bool isAllowed) =>
        Assert.Equal(isAllowed, DurationParser.TryParse(text, out _));
}
