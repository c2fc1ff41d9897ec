using ClusterLog.Cli.Output;

namespace ClusterLog.Cli.Tests.Output;

public sealed class HumanFormatTests
{
    [Theory]
    [InlineData(0, "0 B")]
    [InlineData(999, "999 B")]
    [InlineData(1_000, "1.00 kB")]
    [InlineData(1_234, "1.23 kB")]
    [InlineData(71_400_000, "71.4 MB")]
    [InlineData(999_499, "999 kB")]
    [InlineData(999_600, "1.00 MB")]
    [InlineData(9_996, "10.0 kB")]
    [InlineData(123_456_789_012, "123 GB")]
    public void Bytes_Number_HasThreeDigitsAndAUnit(double bytes, string expected) =>
        Assert.Equal(expected, HumanFormat.Bytes(bytes));

    [Theory]
    [InlineData(0, "0 s")]
    [InlineData(0.0000085, "8.50 µs")]
    [InlineData(0.0121, "12.1 ms")]
    [InlineData(0.103, "103 ms")]
    [InlineData(3.42, "3.42 s")]
    [InlineData(59.9, "59.9 s")]
    [InlineData(60, "1 min 00 s")]
    [InlineData(125, "2 min 05 s")]
    [InlineData(12_000, "3 h 20 min")]
    [InlineData(360_000, "4 d 04 h")]
    [InlineData(-2, "-2.00 s")]
    public void Duration_Seconds_HasAFittingUnit(double seconds, string expected) =>
        Assert.Equal(expected, HumanFormat.Duration(TimeSpan.FromSeconds(seconds)));

    [Fact]
    public void Count_Number_IsGroupedAndAgreesWithItsNoun()
    {
        Assert.Equal("900,123", HumanFormat.Count(900_123));
        Assert.Equal("1 record", HumanFormat.Count(1, "record"));
        Assert.Equal("0 records", HumanFormat.Count(0, "record"));
    }
}
