using ClusterLog.Broker.Metadata;
using ClusterLog.MessagePack;
using ClusterLog.Protocol;
using ClusterLog.Raft;
using Microsoft.Extensions.Logging.Abstractions;

namespace ClusterLog.Broker.Tests.Metadata;

public sealed class TopicConfigTests
{
    [Fact]
    public void Parse_OfNothing_GivesTheDefaultWhichKeepsEverything()
    {
        var config = TopicConfigText.Parse([]);
        Assert.Equal(TopicConfig.Default, config);
        Assert.False(config.HasRetention);
        Assert.Equal(
            "cleanup=delete retention.bytes=-1 retention.time=-1 durability=disk tombstone.grace=1d", Written(config));
    }

    [Theory]
    [InlineData("cleanup=compact,delete", "cleanup=compact,delete retention.bytes=-1 retention.time=-1 durability=disk tombstone.grace=1d")]
    [InlineData("cleanup=delete,compact", "cleanup=compact,delete retention.bytes=-1 retention.time=-1 durability=disk tombstone.grace=1d")]
    [InlineData("retention.bytes=64MiB retention.time=36h", "cleanup=delete retention.bytes=64MiB retention.time=36h durability=disk tombstone.grace=1d")]
    [InlineData("retention.bytes=1000 retention.time=90m", "cleanup=delete retention.bytes=1000 retention.time=90m durability=disk tombstone.grace=1d")]
    [InlineData("retention.time=7d", "cleanup=delete retention.bytes=-1 retention.time=7d durability=disk tombstone.grace=1d")]
    [InlineData("retention.time=1500ms", "cleanup=delete retention.bytes=-1 retention.time=1500ms durability=disk tombstone.grace=1d")]
    [InlineData("durability=memory tombstone.grace=0", "cleanup=delete retention.bytes=-1 retention.time=-1 durability=memory tombstone.grace=0")]
    public void Parse_OfWhatMayBeSet_GivesWhatFormatWritesAndReadsAgain(string given, string expected)
    {
        var config = TopicConfigText.Parse(Settings(given));
        Assert.Equal(expected, Written(config));
        Assert.Equal(config, TopicConfigText.Parse(TopicConfigText.Format(config)));
    }

    [Theory]
    [InlineData("retention=1", "A topic has the settings cleanup, retention.bytes, retention.time, durability, tombstone.grace; found 'retention'.")]
    [InlineData("cleanup=none", "cleanup must be delete, compact, or compact,delete; found 'none'.")]
    [InlineData("cleanup=delete,delete", "found 'delete,delete'.")]
    [InlineData("retention.bytes=0", "retention.bytes must be -1 (no limit) or bytes")]
    [InlineData("retention.bytes=-2", "found '-2'.")]
    [InlineData("retention.bytes=many", "found 'many'.")]
    [InlineData("retention.bytes=99999999999TiB", "found '99999999999TiB'.")]
    [InlineData("retention.time=0", "retention.time must be -1 (for ever) or a time")]
    [InlineData("retention.time=10", "found '10'.")]
    [InlineData("retention.time=-1h", "found '-1h'.")]
    [InlineData("durability=ram", "durability must be disk or memory; found 'ram'.")]
    [InlineData("tombstone.grace=-1", "tombstone.grace must be a time")]
    [InlineData("cleanup=compact durability=memory", "cleanup=compact does not go with durability=memory")]
    [InlineData("durability=memory cleanup=compact,delete", "cleanup=compact does not go with durability=memory")]
    [InlineData("durability=disk durability=memory", "named once; found 'durability' more often.")]
    public void Parse_OfWhatMayNotBeSet_SaysWhatWasExpectedAndFound(string given, string expected)
    {
        var error = Assert.Throws<BrokerException>(() => TopicConfigText.Parse(Settings(given)));
        Assert.Equal(ErrorCode.InvalidArgument, error.Code);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void HasRetention_OfATopicThatOnlyCompacts_IsFalse()
    {
        Assert.True(new TopicConfig { RetentionBytes = 1 }.HasRetention);
        Assert.True(new TopicConfig { RetentionMs = 1 }.HasRetention);
        Assert.False(new TopicConfig { RetentionBytes = 1, RetentionMs = 1, Cleanup = CleanupPolicy.Compact }.HasRetention);
        Assert.True(new TopicConfig { RetentionMs = 1, Cleanup = CleanupPolicy.Compact | CleanupPolicy.Delete }.HasRetention);
    }

    [Fact]
    public void Apply_OfACreationWithSettings_GivesThemToTopicAndPartitionsAndCapturesThem()
    {
        var state = State();
        var config = new TopicConfig { RetentionBytes = 1 << 20, Durability = Durability.Memory };
        var command = new CreateTopicCommand("t", 2, 1, 0, [[1], [1]]) { Config = config };
        Assert.True(state.Apply(new LogIndex(2), MetadataCommandCodec.Encode(command)).IsOk);
        Assert.True(state.Apply(
            new LogIndex(3), MetadataCommandCodec.Encode(new AssignReplicasCommand(new GroupId(1), [1]))).IsOk);
        var restored = State();
        restored.Restore(new LogIndex(3), MetadataSnapshotCodec.Encode(state.Snapshot));
        foreach (var snapshot in new[] { state.Snapshot, restored.Snapshot })
        {
            Assert.Equal(config, snapshot.Topics["t"].Config);
            Assert.All(snapshot.ByGroup.Values, partition => Assert.Equal(config, partition.Config));
        }
    }

    [Fact]
    public void Apply_OfSettingsThatCannotBe_IsRefused()
    {
        var bad = new[]
        {
            new TopicConfig { Cleanup = CleanupPolicy.None }, new TopicConfig { Cleanup = (CleanupPolicy)4 },
            new TopicConfig { RetentionBytes = 0 }, new TopicConfig { RetentionMs = -2 },
            new TopicConfig { Durability = (Durability)2 }, new TopicConfig { TombstoneGraceMs = -1 },
        };
        var state = State();
        var index = 2ul;
        foreach (var config in bad)
        {
            var command = new CreateTopicCommand("t", 1, 1, 0, [[1]]) { Config = config };
            var result = state.Apply(new LogIndex(index++), MetadataCommandCodec.Encode(command));
            Assert.Equal(ErrorCode.InvalidArgument, result.Error);
            Assert.Empty(state.Snapshot.Topics);
        }
    }

    [Fact]
    public void Apply_OfAnAlteration_ChangesWhatItNamesForTopicAndPartitions()
    {
        var state = State();
        var created = new CreateTopicCommand("t", 2, 1, 0, [[1], [1]]) { Config = new TopicConfig { RetentionBytes = 1000 } };
        Assert.True(Apply(state, created).IsOk);
        Assert.True(Apply(state, Alter("retention.time=1d tombstone.grace=1h")).IsOk);
        Assert.True(Apply(state, Alter("cleanup=compact,delete")).IsOk);
        var expected = new TopicConfig
        {
            Cleanup = CleanupPolicy.Compact | CleanupPolicy.Delete,
            RetentionBytes = 1000,
            RetentionMs = 86_400_000,
            TombstoneGraceMs = 3_600_000,
        };
        AssertConfig(expected);
        Assert.True(Apply(state, Alter("retention.bytes=default")).IsOk);
        AssertConfig(expected with { RetentionBytes = TopicConfig.Unlimited });

        void AssertConfig(TopicConfig config)
        {
            Assert.Equal(config, state.Snapshot.Topics["t"].Config);
            Assert.All(state.Snapshot.Topics["t"].Partitions, partition => Assert.Equal(config, partition.Config));
            Assert.All(state.Snapshot.ByGroup.Values, partition => Assert.Equal(config, partition.Config));
        }
    }

    [Theory]
    [InlineData("cleanup=delete", "a topic that is compacted stays so: expected cleanup compact or compact,delete; found Delete")]
    [InlineData("durability=memory", "durability is decided when a topic is created; found a change from Disk to Memory")]
    public void Apply_OfAnAlterationThatATopicCannotTake_IsRefusedInWords(string change, string expected)
    {
        var state = State();
        var config = new TopicConfig { Cleanup = CleanupPolicy.Compact };
        Assert.True(Apply(state, new CreateTopicCommand("t", 1, 1, 0, [[1]]) { Config = config }).IsOk);
        var result = Apply(state, Alter(change));
        Assert.Equal(ErrorCode.InvalidArgument, result.Error);
        Assert.Contains(expected, result.Message, StringComparison.Ordinal);
        Assert.Equal(config, state.Snapshot.Topics["t"].Config);
        Assert.Equal(
            ErrorCode.UnknownTopic, Apply(state, Alter("retention.time=1d") with { Name = "u" }).Error);
        Assert.Equal(
            ErrorCode.InvalidArgument,
            Apply(state, new AlterTopicCommand("t", new TopicConfigChange { RetentionBytes = 0 })).Error);
    }

    [Fact]
    public void ParseChange_OfDefault_NamesTheDefaultOfEachSetting()
    {
        var change = TopicConfigText.ParseChange([.. TopicSetting.All.Select(name => KeyValuePair.Create(name, "default"))]);
        var other = new TopicConfig
        {
            Cleanup = CleanupPolicy.Compact, RetentionBytes = 1, RetentionMs = 1, Durability = Durability.Memory, TombstoneGraceMs = 1,
        };
        Assert.Equal(TopicConfig.Default, change.ApplyTo(other));
        Assert.Equal(other, new TopicConfigChange().ApplyTo(other));
    }

    [Fact]
    public void Read_OfSettingsAppendedLater_PassesOverThem()
    {
        var reader = new MessagePackReader(Convert.FromHexString("96" + "01" + "ff" + "ff" + "00" + "ce05265c00" + "c3"));
        Assert.Equal(TopicConfig.Default, TopicConfigCodec.Read(ref reader));
        Assert.True(reader.Ok && reader.End);
    }

    private static AlterTopicCommand Alter(string change) => new("t", TopicConfigText.ParseChange(Settings(change)));

    private static MetadataResult Apply(MetadataState state, MetadataCommand command) =>
        state.Apply(new LogIndex(state.Snapshot.Version.Value + 1), MetadataCommandCodec.Encode(command));

    private static MetadataState State()
    {
        var state = new MetadataState(NullLogger<MetadataState>.Instance);
        state.Apply(
            new LogIndex(1),
            MetadataCommandCodec.Encode(new RegisterBrokerCommand(new BrokerInfo(1, "h", 1, "p:1", "", "v", 1))));
        return state;
    }

    private static string Written(TopicConfig config) =>
        string.Join(' ', TopicConfigText.Format(config).Select(setting => $"{setting.Key}={setting.Value}"));

    private static KeyValuePair<string, string>[] Settings(string text) =>
        [.. text.Split(' ').Select(setting => setting.Split('=')).Select(parts => KeyValuePair.Create(parts[0], parts[1]))];
}
