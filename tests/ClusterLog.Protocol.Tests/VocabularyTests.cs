namespace ClusterLog.Protocol.Tests;

public class VocabularyTests
{
    [Theory]
    [InlineData("a", true)]
    [InlineData("Orders.v1_x-2", true)]
    [InlineData("...", true)]
    [InlineData("", false)]
    [InlineData(null, false)]
    [InlineData(".", false)]
    [InlineData("..", false)]
    [InlineData("a/b", false)]
    [InlineData("a b", false)]
    [InlineData("größe", false)]
    [InlineData("a\n", false)]
    public void IsValid_OfAName_FollowsTheRule(string? name, bool expected) =>
        Assert.Equal(expected, TopicName.IsValid(name));

    [Fact]
    public void IsValid_OfTheLongestName_EndsAt249()
    {
        Assert.True(TopicName.IsValid(new string('x', 249)));
        Assert.False(TopicName.IsValid(new string('x', 250)));
    }

    [Fact]
    public void Offset_InArithmetic_IsItsNumber()
    {
        var offset = new Offset(5);
        Assert.Equal(new Offset(8), offset + 3);
        Assert.Equal(new Offset(4), offset - 1);
        Assert.Equal(5, offset - Offset.Zero);
        Assert.True(Offset.Zero < offset && offset > Offset.Zero && offset >= new Offset(5) && offset <= new Offset(5));
        Assert.Equal("5", offset.ToString());
        Assert.Throws<OverflowException>(() => new Offset(long.MaxValue) + 1);
        offset++;
        Assert.Equal(6, offset.Value);
    }

    [Fact]
    public void TopicPartition_AsText_HasASlash()
    {
        Assert.Equal("orders/3", new TopicPartition("orders", 3).ToString());
        Assert.True(new TopicPartition("a", 10).CompareTo(new("a", 9)) > 0);
        Assert.True(new TopicPartition("B", 10).CompareTo(new("a", 9)) < 0);
    }

    [Fact]
    public void Ids_ThatAreMissing_HaveTheNumberOnTheWire()
    {
        Assert.Equal(0, BrokerId.None.Value);
        Assert.Equal(-1, ProducerId.None.Value);
        Assert.Equal("7", new BrokerId(7).ToString());
        Assert.Equal("7", new ProducerId(7).ToString());
    }

    [Fact]
    public void ErrorCodes_DescribeEachCode()
    {
        var codes = Enum.GetValues<ErrorCode>();
        Assert.Equal([.. Enumerable.Range(0, 35), 37, 38], codes.Select(code => (int)code));
        var texts = codes.Select(ErrorCodes.Describe).ToList();
        Assert.Equal(codes.Length, texts.Distinct().Count());
        Assert.DoesNotContain(texts, text => text.Contains("unknown to this version", StringComparison.Ordinal));
    }

    [Fact]
    public void IsTransient_OfEachCode_IsAsPromised()
    {
        short[] transient = [7, 8, 9, 10, 17, 18, 26, 27, 28, 38];
        Assert.Equal(
            transient.Select(number => (ErrorCode)number),
            Enum.GetValues<ErrorCode>().Where(ErrorCodes.IsTransient));
    }

    [Fact]
    public void ErrorCodes_OfAnUnknownNumber_AreNotTransient()
    {
        const ErrorCode Unknown = (ErrorCode)999;
        Assert.False(ErrorCodes.IsTransient(Unknown));
        Assert.Contains("999", ErrorCodes.Describe(Unknown), StringComparison.Ordinal);
    }
}
