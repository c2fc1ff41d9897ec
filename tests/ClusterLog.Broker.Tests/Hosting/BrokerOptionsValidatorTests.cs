using ClusterLog.Broker.Hosting;
using ClusterLog.Broker.Peers;

namespace ClusterLog.Broker.Tests.Hosting;

public sealed class BrokerOptionsValidatorTests
{
    [Fact]
    public void Validate_Defaults_LackOnlyIdAndMembers() =>
        Assert.Equal(["BrokerId", "Cluster"], BrokerOptionsValidator.Validate(new BrokerOptions()).Select(e => e.Key));

    [Fact]
    public void Validate_IdAndMembersGiven_IsGood() => Assert.Empty(BrokerOptionsValidator.Validate(Good()));

    [Fact]
    public void Validate_ManyErrors_ReportsAllAtOnce()
    {
        var options = Good();
        options.ClusterName = "a b";
        options.Shards = 0;
        options.Limits.FrameBytesMax = 1;
        options.Raft.HeartbeatTicks = 9;
        options.Storage.SegmentBytesMax = 5L << 30;
        options.PeerListen = options.ClientListen;
        options.ShutdownTimeout = TimeSpan.FromHours(1);

        var errors = BrokerOptionsValidator.Validate(options);

        Assert.Contains(new OptionError("ClusterName", "\"a b\"", "1 to 64 of A-Z a-z 0-9 . _ -"), errors);
        Assert.Contains(new OptionError("Shards", "0", "1 to 64"), errors);
        Assert.Contains(new OptionError("Limits.FrameBytesMax", "1 B", "64 KiB to 64 MiB"), errors);
        Assert.Contains(new OptionError("Raft.HeartbeatTicks", "9", "1 to 5"), errors);
        Assert.Contains(new OptionError("Storage.SegmentBytesMax", "5 GiB", "4 KiB to 1 GiB"), errors);
        Assert.Contains(new OptionError("ShutdownTimeout", "1 h", "0 s to 10 min"), errors);
        Assert.Contains(
            new OptionError(
                "PeerListen", "127.0.0.1:9400", "an address that is not ClientListen's, which is 127.0.0.1:9400"),
            errors);
    }

    [Fact]
    public void Validate_IdIsNoMember_SaysWhoIs()
    {
        var options = Good();
        options.BrokerId = 4;

        Assert.Equal(
            [new OptionError("BrokerId", "4", "a member of Cluster: 1=127.0.0.1:9401,2=127.0.0.1:9411")],
            BrokerOptionsValidator.Validate(options));
    }

    [Fact]
    public void Validate_MembersShareIdOrAddress_IsRefused()
    {
        var options = Good();
        options.Cluster = [PeerAddress.Parse("1=a:1"), PeerAddress.Parse("1=a:1")];

        Assert.Equal(["Cluster", "Cluster"], BrokerOptionsValidator.Validate(options).Select(error => error.Key));
    }

    [Theory]
    [InlineData("0.0.0.0:9400")]
    [InlineData("[::]:9400")]
    public void Validate_ListensEverywhereAndAdvertisesNothing_IsRefused(string listen)
    {
        var options = Good();
        options.ClientListen = ListenAddress.Parse(listen);
        Assert.Equal("ClientAdvertised", Assert.Single(BrokerOptionsValidator.Validate(options)).Key);

        options.ClientAdvertised = ListenAddress.Parse("broker-1.example:9400");
        Assert.Empty(BrokerOptionsValidator.Validate(options));
    }

    [Theory]
    [InlineData("/disk1/log,/disk2/log", true)]
    [InlineData("/disk,/disk-2", true)]
    [InlineData("/disk1,/disk1/", false)]
    [InlineData("/disk1,/disk2/../disk1", false)]
    [InlineData("/disk2/log,/disk1,/disk2", false)]
    [InlineData("/disk1, /disk2", true)]
    [InlineData("/disk1,", true)]
    [InlineData(",", false)]
    [InlineData("", false)]
    public void Validate_SeveralDirectories_MustLieApart(string directories, bool isGood)
    {
        var options = Good();
        options.DataDirectory = directories;
        var errors = BrokerOptionsValidator.Validate(options);
        Assert.Equal(isGood ? [] : [("DataDirectory", $"\"{directories}\"")], errors.Select(error => (error.Key, error.Found)));
    }

    [Fact]
    public void Validate_FreePortsEverywhere_IsGood()
    {
        var options = Good();
        options.ClientListen = options.PeerListen = options.HttpListen = ListenAddress.Parse("127.0.0.1:0");
        Assert.Empty(BrokerOptionsValidator.Validate(options));
    }

    [Fact]
    public void Validate_FrameSmallerThanBuffers_NamesEveryLimitThatFollows()
    {
        var options = Good();
        options.Limits.FrameBytesMax = 64 << 20;

        Assert.Equal(
            [
                "Limits.ConnectionBytesInFlightMax", "Limits.ReplyBytesBufferedMax", "Limits.PeerFrameBytesMax",
                "Storage.WalFileBytes",
            ],
            BrokerOptionsValidator.Validate(options).Select(error => error.Key));
    }

    private static BrokerOptions Good() => new()
    {
        BrokerId = 1,
        Cluster = [PeerAddress.Parse("1=127.0.0.1:9401"), PeerAddress.Parse("2=127.0.0.1:9411")],
    };
}
