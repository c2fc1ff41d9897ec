using System.Globalization;

namespace ClusterLog.MessagePack.Tests;

public sealed class MessagePackTimestampTests
{
    [Theory]
    [InlineData("1970-01-01T00:00:00.0000000+00:00", 0, 0)]
    [InlineData("1970-01-01T01:00:00.0000001+01:00", 0, 100)]
    [InlineData("1969-12-31T23:59:59.9999999+00:00", -1, 999_999_900)]
    [InlineData("1969-12-31T23:59:59.0000000+00:00", -1, 0)]
    [InlineData("1969-12-31T23:59:58.9999999+00:00", -2, 999_999_900)]
    [InlineData("0001-01-01T00:00:00.0000000+00:00", -62135596800, 0)]
    [InlineData("9999-12-31T23:59:59.9999999+00:00", 253402300799, 999_999_900)]
    public void FromDateTimeOffset_AnyDate_RoundsSecondsDownAndComesBack(string text, long seconds, uint nanoseconds)
    {
        var date = DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
        var timestamp = MessagePackTimestamp.FromDateTimeOffset(date);
        Assert.Equal(new MessagePackTimestamp(seconds, nanoseconds), timestamp);
        Assert.Equal(date, timestamp.ToDateTimeOffset());
        Assert.Equal(TimeSpan.Zero, timestamp.ToDateTimeOffset().Offset);
    }

    [Theory]
    [InlineData(-62135596801)]
    [InlineData(253402300800)]
    [InlineData(long.MinValue)]
    [InlineData(long.MaxValue)]
    public void TryToDateTimeOffset_OutsideOfDates_IsFalse(long seconds)
    {
        var timestamp = new MessagePackTimestamp(seconds, 0);
        Assert.False(timestamp.TryToDateTimeOffset(out _));
        Assert.Throws<ArgumentOutOfRangeException>(() => timestamp.ToDateTimeOffset());
    }

    [Theory]
    [InlineData("d6ffffffffff", 4294967295, 0)]
    [InlineData("d7ff0000000000000001", 1, 0)]
    [InlineData("d7ffee6b27ffffffffff", 17179869183, 999999999)]
    [InlineData("c70cff000000000000000000000001", 1, 0)]
    [InlineData("c70cff3b9ac9ff8000000000000000", long.MinValue, 999999999)]
    [InlineData("c704ff00000001", 1, 0)]
    [InlineData("c80004ff00000001", 1, 0)]
    public void ReadTimestamp_AnyEncoding_IsAcceptedAlsoWhereSmallerOneExists(string hex, long seconds, uint nanoseconds)
    {
        var bytes = Codec.Bytes(hex);
        var whole = Codec.Read(bytes, (ref reader) => reader.ReadTimestamp());
        Assert.Equal((new(seconds, nanoseconds), MessagePackStatus.Ok, bytes.Length, null), whole);
        Assert.Equal(whole, Codec.Read(Codec.SplitEverywhere(bytes), (ref reader) => reader.ReadTimestamp()));
    }

    [Fact]
    public void Constructor_MoreThanASecondOfNanoseconds_Throws() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new MessagePackTimestamp(0, 1_000_000_000));
}
