using System.Collections.Immutable;
using ClusterLog.Broker.Metadata;
using ClusterLog.Protocol;
using Microsoft.Extensions.Logging.Abstractions;

namespace ClusterLog.Broker.Tests.Metadata;

public sealed class BrokerStateTests
{
    private readonly MetadataState _state = new(NullLogger<MetadataState>.Instance);

    [Fact]
    public void Apply_SetBrokerState_IsKeptWhenTheBrokerRegistersAgain()
    {
        Register(1, 2);
        Assert.True(Apply(new SetBrokerStateCommand(2, BrokerState.Draining)).IsOk);
        Assert.True(Apply(new SetBrokerStateCommand(2, BrokerState.Draining)).IsOk);
        Register(2);
        Assert.Equal(BrokerState.Draining, _state.Snapshot.Brokers[2].State);
        Assert.True(Apply(new SetBrokerStateCommand(2, BrokerState.Active)).IsOk);
        Assert.Equal(BrokerState.Active, _state.Snapshot.Brokers[2].State);
    }

    [Fact]
    public void Apply_SetBrokerStateThatCannotBe_IsRefused()
    {
        Register(1, 2);
        AssertRefused(ErrorCode.UnknownBroker, new SetBrokerStateCommand(3, BrokerState.Draining), "[1, 2]");
        AssertRefused(ErrorCode.InvalidArgument, new SetBrokerStateCommand(1, (BrokerState)9), "9");
        Assert.True(Apply(new SetBrokerStateCommand(1, BrokerState.Draining)).IsOk);
        AssertRefused(ErrorCode.InvalidArgument, new SetBrokerStateCommand(2, BrokerState.Draining), "no other broker");
    }

    [Fact]
    public void Apply_RemoveBrokerWithReplicas_IsRefusedWithTheirList()
    {
        Register(1, 2);
        Apply(new CreateTopicCommand("a", 12, 1, 1, [.. Enumerable.Repeat<ImmutableArray<int>>([2], 12)]));
        AssertRefused(ErrorCode.BrokerNotEmpty, new RemoveBrokerCommand(2), "12 replicas: a/0, a/1, ");
        AssertRefused(ErrorCode.BrokerNotEmpty, new RemoveBrokerCommand(2), "a/9 and 2 more");
        Assert.True(Apply(new DeleteTopicCommand("a")).IsOk);
        Assert.True(Apply(new RemoveBrokerCommand(2)).IsOk);
        Assert.Equal([1], _state.Snapshot.Brokers.Keys);
    }

    [Fact]
    public void Apply_RemoveOfTheLastActiveBroker_IsRefused()
    {
        Register(1, 2);
        Assert.True(Apply(new SetBrokerStateCommand(2, BrokerState.Draining)).IsOk);
        AssertRefused(ErrorCode.InvalidArgument, new RemoveBrokerCommand(1), "no other broker");
        AssertRefused(ErrorCode.UnknownBroker, new RemoveBrokerCommand(7), "Broker 7");
    }

    private void Register(params int[] brokers)
    {
        foreach (var broker in brokers)
        {
            Assert.True(Apply(new RegisterBrokerCommand(new BrokerInfo(broker, "h", 1, "p:1", "", "v", broker))).IsOk);
        }
    }

    private MetadataResult Apply(MetadataCommand command) =>
        _state.Apply(_state.Snapshot.Version.Next, MetadataCommandCodec.Encode(command));

    private void AssertRefused(ErrorCode error, MetadataCommand command, string words)
    {
        var before = _state.Snapshot;
        var result = Apply(command);
        Assert.Equal(error, result.Error);
        Assert.Contains(words, result.Message, StringComparison.Ordinal);
        Assert.Same(before.Brokers, _state.Snapshot.Brokers);
    }
}
