using System.Buffers;
using ClusterLog.MessagePack;
using ClusterLog.Protocol.Frames;
using ClusterLog.Protocol.Messages;
using ClusterLog.Protocol.Tests.Golden;
using FsCheck;
using FsCheck.Fluent;

namespace ClusterLog.Protocol.Tests.Messages;

/// <summary>Each message of any content is read as it was written; a failure prints the seed that replays it.</summary>
public class RoundTripTests
{
    [Fact]
    public void Requests_OfAnyContent_AreReadAsWritten()
    {
        Hold(Zip(Texts, Texts).Select(all => new HandshakeRequest(all.Item1, all.Item2)));
        Hold(Gen.OneOf(
            Texts.ListOf().Select(all => new MetadataRequest([.. all])),
            Gen.Constant(new MetadataRequest((IReadOnlyList<string>?)null))));
        Hold(Zip(Texts, Zip(Ints, Ints, Ints))
            .Select(all => new CreateTopicRequest(all.Item1, all.Item2.Item1, all.Item2.Item2, all.Item2.Item3)));
        Hold(Zip(Texts, Ints, Maps)
            .Select(all => new CreateTopicRequest(all.Item1, all.Item2, 1, 2) { Config = all.Item3 }));
        Hold(Zip(Texts, Ints).Select(all => new DeleteTopicRequest(all.Item1, all.Item2)));
        Hold(Texts.Select(all => new DescribeTopicRequest(all)));
        Hold(Zip(Texts, Zip(Ints, Ints), Zip(Gen.Elements(Acks.None, Acks.Leader, Acks.All), Bytes))
            .Select(all => new ProduceRequest(
                all.Item1, all.Item2.Item1, all.Item3.Item1, all.Item2.Item2, all.Item3.Item2)));
        Hold(Zip(Zip(Ints, Ints, Ints), ListOf(Zip(Texts, Longs, Zip(Ints, Ints))
                .Select(all => new FetchPartition(all.Item1, all.Item3.Item1, all.Item2, all.Item3.Item2))))
            .Select(all => new FetchRequest(all.Item1.Item1, all.Item1.Item2, all.Item1.Item3, all.Item2)));
        Hold(ListOf(Zip(Texts, Ints, Longs).Select(
                all => new ListOffsetsPartition(all.Item1, all.Item2, all.Item3)))
            .Select(all => new ListOffsetsRequest(all)));
        Hold(Texts.Select(all => new InitProducerRequest(all)));
        Hold(Zip(Texts, Ints, Maps).Select(all => new AlterTopicRequest(all.Item1, all.Item2, all.Item3)));
        Hold(Zip(Texts, Zip(Ints, Ints), Bytes)
            .Select(all => new GetRequest(all.Item1, all.Item2.Item1, all.Item3, all.Item2.Item2)));
    }

    [Fact]
    public void ResponsesOfTopics_OfAnyContent_AreReadAsWritten()
    {
        Hold(Zip(Zip(Ints, Ints, Ints), Zip(Texts, Texts), ListOf(Ranges)).Select(
            all => new HandshakeResponse(
                all.Item1.Item1, all.Item2.Item1, all.Item2.Item2, all.Item1.Item2, all.Item1.Item3, all.Item3)));
        var partitions = Zip(Zip(Ints, Ints), Ulongs, ListOf(Ints)).Select(
            all => new MetadataPartition(all.Item1.Item1, all.Item1.Item2, all.Item2, all.Item3));
        var topics = Zip(Zip(Texts, Ints), Errors, ListOf(partitions)).Select(
            all => new MetadataTopic(all.Item1.Item1, all.Item2, all.Item1.Item2, all.Item3));
        var brokers = Zip(Ints, Texts, Ints).Select(all => new MetadataBroker(all.Item1, all.Item2, all.Item3));
        Hold(Zip(Zip(Texts, Ints, Longs), ListOf(brokers), ListOf(topics)).Select(
            all => new MetadataResponse(
                all.Item1.Item1, all.Item1.Item2, all.Item1.Item3, all.Item2, all.Item3)));
        Hold(Zip(Ints, Ints).Select(all => new CreateTopicResponse(all.Item1, all.Item2)));
        Hold(Maps.Select(all => new AlterTopicResponse(all)));
        var described = Zip(Zip(Ints, Ints), Zip(Ulongs, ListOf(Ints)), Zip(Longs, Longs)).Select(
            all => new DescribedPartition(
                all.Item1.Item1, all.Item1.Item2, all.Item2.Item1, all.Item2.Item2, all.Item3.Item1, all.Item3.Item2));
        Hold(Zip(Texts, Ints, ListOf(described)).Select(
            all => new DescribeTopicResponse(all.Item1, all.Item2, all.Item3)));
        Hold(Zip(Texts, ListOf(described), Maps).Select(
            all => new DescribeTopicResponse(all.Item1, 1, all.Item2) { Config = all.Item3 }));
    }

    [Fact]
    public void ResponsesOfRecords_OfAnyContent_AreReadAsWritten()
    {
        Hold(Zip(Longs, Gen.Elements(true, false)).Select(all => new ProduceResponse(all.Item1, all.Item2)));
        Hold(Zip(Longs, Ints).Select(all => new InitProducerResponse(all.Item1, all.Item2)));
        Hold(Zip(Texts, Ints).Select(all => new ErrorBody(all.Item1, all.Item2)));
        Hold(Zip(Zip(Texts, Ints), Zip(Texts, Ints)).Select(all => new ErrorBody(all.Item1.Item1, all.Item1.Item2)
        {
            Leader = new LeaderHint(all.Item2.Item2, (ulong)(uint)all.Item1.Item2, all.Item2.Item1, all.Item1.Item2),
        }));
        Hold(Zip(Longs, Bytes).Select(all => new GetResponse(all.Item1, all.Item2)));
        Hold(ListOf(Zip(Zip(Texts, Ints, Errors), Zip(Longs, Longs), ListOf(Bytes)).Select(
                all => new FetchedPartition(
                    all.Item1.Item1,
                    all.Item1.Item2,
                    all.Item1.Item3,
                    all.Item2.Item1,
                    all.Item2.Item2,
                    all.Item3)))
            .Select(all => new FetchResponse(all)));
        Hold(ListOf(Zip(Zip(Texts, Ints, Errors), Zip(Longs, Longs)).Select(
                all => new ListedOffset(
                    all.Item1.Item1, all.Item1.Item2, all.Item1.Item3, all.Item2.Item1, all.Item2.Item2)))
            .Select(all => new ListOffsetsResponse(all)));
    }

    [Fact]
    public void Moves_OfAnyContent_AreReadAsWritten()
    {
        var truths = Gen.Elements(true, false);
        Hold(Zip(Texts, Zip(Ints, Ints), ListOf(Ints)).Select(
            all => new MovePartitionRequest(all.Item1, all.Item2.Item1, all.Item3, all.Item2.Item2)));
        Hold(Zip(ListOf(Ints), truths).Select(all => new MovePartitionResponse(all.Item1, all.Item2)));
        Hold(Zip(truths, Ints).Select(all => new RebalanceRequest(all.Item1, all.Item2)));
        Hold(Zip(Texts, Zip(Ints, Ints, Ints)).Select(
            all => new ResizeTopicRequest(all.Item1, all.Item2.Item1, all.Item2.Item2, all.Item2.Item3)));
        Hold(Zip(Ints, Ints).Select(all => new ResizeTopicResponse(all.Item1, all.Item2)));
        var learners = ListOf(Zip(Ints, Longs, Longs).Select(all => new LearningReplica(all.Item1, all.Item2, all.Item3)));
        var moves = ListOf(Zip(Zip(Texts, Ints, Longs), Zip(ListOf(Ints), ListOf(Ints), Ints), learners).Select(
            all => new MovingPartition(
                all.Item1.Item1, all.Item1.Item2, all.Item2.Item1, all.Item2.Item2, all.Item1.Item3, all.Item2.Item3, all.Item3)));
        Hold(moves.Select(all => new ListMovesResponse(all)));
        Hold(moves.Select(all => new RebalanceResponse(all)));
    }

    [Fact]
    public void ClusterStatus_OfAnyContent_IsReadAsWritten()
    {
        var brokers = Zip(Zip(Ints, Ints), Zip(Texts, Texts, Texts), Gen.Elements(true, false)).Select(
            all => new StatusBroker(
                all.Item1.Item1, all.Item2.Item1, all.Item1.Item2, all.Item2.Item2, all.Item2.Item3, all.Item3));
        var roles = Gen.Choose(0, 5).Select(role => (ReplicaRole)role);
        var replicas = Zip(
                Zip(Texts, Zip(Ints, Ints), roles),
                Gen.ArrayOf(Ulongs, 5),
                Gen.ArrayOf(Longs, 3))
            .Select(all => new StatusReplica(
                all.Item2[0],
                all.Item1.Item1,
                all.Item1.Item2.Item1,
                all.Item1.Item3,
                all.Item2[1],
                all.Item1.Item2.Item2,
                all.Item2[2],
                all.Item2[3],
                all.Item2[4],
                all.Item3[0],
                all.Item3[1],
                (uint)all.Item2[0],
                all.Item3[2]));
        Hold(Zip(Zip(Texts, Texts, Longs), Zip(ListOf(brokers), ListOf(replicas)), Zip(Ints, Ints))
            .Select(all => new ClusterStatusResponse(
                all.Item1.Item1,
                all.Item3.Item1,
                all.Item1.Item2,
                all.Item1.Item3,
                all.Item3.Item2,
                all.Item2.Item1,
                all.Item2.Item2)));
    }

    private static Gen<int> Ints { get; } =
        Gen.OneOf(
            Gen.Choose(-200, 200),
            Gen.Choose(int.MinValue, int.MaxValue),
            Gen.Elements(int.MinValue, int.MaxValue));

    private static Gen<long> Longs { get; } =
        Gen.OneOf(
            Gen.Choose(-200, 200).Select(value => (long)value),
            Zip(Ints, Ints).Select(pair => ((long)pair.Item1 << 32) ^ pair.Item2),
            Gen.Elements(long.MinValue, long.MaxValue));

    private static Gen<ulong> Ulongs { get; } = Longs.Select(value => unchecked((ulong)value));

    private static Gen<ErrorCode> Errors { get; } = Gen.Elements(Enum.GetValues<ErrorCode>());

    private static Gen<ApiVersionRange> Ranges { get; } =
        Zip(Gen.Choose(short.MinValue, short.MaxValue), Gen.Choose(0, short.MaxValue)).Select(
            all => new ApiVersionRange((ApiKey)all.Item1, (short)all.Item2, (short)(all.Item2 / 2)));

    private static Gen<string> Texts { get; } =
        Gen.OneOf(
            Gen.Elements(string.Empty, "orders", "größe", "\U0001F600", "nul\0", new string('x', 40)),
            Gen.Choose(0, 400).Select(length => new string('é', length)));

    private static Gen<IReadOnlyList<KeyValuePair<string, string>>> Maps { get; } =
        ListOf(Zip(Texts, Texts).Select(all => KeyValuePair.Create(all.Item1, all.Item2)));

    private static Gen<ReadOnlySequence<byte>> Bytes { get; } =
        Zip(Gen.Choose(0, 255).Select(value => (byte)value).ArrayOf(), Gen.Choose(1, 9))
            .Select(all => Sequences.Split(all.Item1, all.Item2));

    private static Gen<(T1 Item1, T2 Item2)> Zip<T1, T2>(Gen<T1> first, Gen<T2> second) =>
        from one in first from two in second select (one, two);

    private static Gen<(T1 Item1, T2 Item2, T3 Item3)> Zip<T1, T2, T3>(
        Gen<T1> first, Gen<T2> second, Gen<T3> third) =>
        from one in first from two in second from three in third select (one, two, three);

    private static Gen<IReadOnlyList<T>> ListOf<T>(Gen<T> entries) =>
        entries.ListOf().Resize(8).Select(list => (IReadOnlyList<T>)[.. list]);

    private static void Hold<T>(Gen<T> messages)
        where T : IWireFields<T> =>
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(200),
            Prop.ForAll(messages.ToArbitrary(), message => Assert.Equal(MessageJson.Of(message), RoundTrip(message))));

    private static string RoundTrip<T>(T message)
        where T : IWireFields<T>
    {
        using var scratch = new FrameBuffer();
        var output = new ArrayBufferWriter<byte>();
        ResponseFrame.Write(output, scratch, 7, message);
        var buffer = Sequences.Split(output.WrittenMemory, 50);
        Assert.Equal(FrameStatus.Complete, FrameReader.TryReadFrame(ref buffer, int.MaxValue, out var frame));
        var reader = new MessagePackReader(frame);
        Assert.True(ResponseFrame.TryReadHeader(ref reader, out var header));
        Assert.Equal(new ResponseHeader(7, ErrorCode.None) { BodyFields = T.FieldCount + message.AppendedFieldCount }, header);
        Assert.True(ResponseFrame.TryReadBody<T>(ref reader, header, out var read), reader.Error);
        return MessageJson.Of(read);
    }
}
