using ClusterLog.MessagePack;
using ClusterLog.Protocol;
using ClusterLog.Protocol.Batches;
using ClusterLog.Protocol.Frames;
using ClusterLog.Protocol.Messages;

namespace ClusterLog.Client.Tests.Support;

internal sealed partial class FakeConnection
{
    private Task DispatchAdminAsync(ref MessagePackReader reader, in RequestHeader header)
    {
        var id = header.CorrelationId;
        switch (header.Api)
        {
            case ApiKey.CreateTopic:
                return CreateAsync(id, Body<CreateTopicRequest>(ref reader, header));
            case ApiKey.AlterTopic:
                return AlterAsync(id, Body<AlterTopicRequest>(ref reader, header));
            case ApiKey.DeleteTopic:
                return DeleteAsync(id, Body<DeleteTopicRequest>(ref reader, header));
            case ApiKey.DescribeTopic:
                return DescribeAsync(id, Body<DescribeTopicRequest>(ref reader, header).Name);
            case ApiKey.ClusterStatus:
                return AnswerAsync(id, Status());
            default:
                return RefuseAsync(id, ErrorCode.UnknownApi);
        }
    }

    private void MaybeDrop()
    {
        if (_cluster.AdminDrops.TryDequeue(out var drops) && drops)
        {
            throw new IOException("Dropped.");
        }
    }

    private Task CreateAsync(uint id, CreateTopicRequest request)
    {
        if (_cluster.Topics.ContainsKey(request.Name))
        {
            return RefuseAsync(id, ErrorCode.TopicAlreadyExists);
        }

        _cluster.AddTopic(request.Name, Math.Max(1, request.Partitions));
        _cluster.TopicConfigs[request.Name] = request.Config;
        MaybeDrop();
        return AnswerAsync(id, new CreateTopicResponse(Math.Max(1, request.Partitions), 1));
    }

    private Task AlterAsync(uint id, AlterTopicRequest request)
    {
        if (!_cluster.Topics.ContainsKey(request.Name))
        {
            return RefuseAsync(id, ErrorCode.UnknownTopic);
        }

        _cluster.TopicConfigs[request.Name] = request.Config;
        MaybeDrop();
        return AnswerAsync(id, new AlterTopicResponse(request.Config));
    }

    private Task DeleteAsync(uint id, DeleteTopicRequest request)
    {
        if (!_cluster.Topics.Remove(request.Name))
        {
            return RefuseAsync(id, ErrorCode.UnknownTopic);
        }

        MaybeDrop();
        return AnswerAsync(id, new DeleteTopicResponse());
    }

    private Task DescribeAsync(uint id, string name)
    {
        if (!_cluster.Topics.TryGetValue(name, out var partitions))
        {
            return RefuseAsync(id, ErrorCode.UnknownTopic);
        }

        return AnswerAsync(id, new DescribeTopicResponse(name, 1, [.. partitions.Select((partition, i) =>
            new DescribedPartition(i, partition.LeaderId, partition.Term, [partition.LeaderId], -1, -1))])
        {
            Config = _cluster.TopicConfigs.GetValueOrDefault(name) ?? [],
        });
    }

    private MetadataResponse Metadata(MetadataRequest request)
    {
        lock (_cluster.Gate)
        {
            _cluster.MetadataRequests++;
            _cluster.SignalChange();
            return new MetadataResponse(
                "fake",
                1,
                1,
                [.. _cluster.Brokers.Select(broker => new MetadataBroker(broker.Id, "127.0.0.1", broker.Port))],
                [.. (request.Topics ?? [.. _cluster.Topics.Keys]).Select(Topic)]);
        }
    }

    private MetadataTopic Topic(string name) => _cluster.Topics.TryGetValue(name, out var partitions)
        ? new MetadataTopic(name, ErrorCode.None, 1, [.. partitions.Select((partition, i) =>
            new MetadataPartition(i, partition.LeaderId, partition.Term, [partition.LeaderId]))])
        : new MetadataTopic(name, ErrorCode.UnknownTopic, 0, []);

    private ListOffsetsResponse ListOffsets(ListOffsetsRequest request)
    {
        lock (_cluster.Gate)
        {
            return new ListOffsetsResponse([.. request.Partitions.Select(asked =>
            {
                var error = Find(asked.Topic, asked.Partition, out var partition);
                var offset = error != ErrorCode.None ? -1 : asked.Timestamp switch
                {
                    -1 => partition.NextOffset,
                    -2 => partition.LogStart,
                    _ => FirstSince(partition, asked.Timestamp),
                };
                return new ListedOffset(asked.Topic, asked.Partition, error, offset, -1);
            })]);
        }
    }

    private static long FirstSince(FakePartition partition, long timestamp)
    {
        foreach (var batch in partition.Batches)
        {
            RecordBatchReader.TryOpen(batch, out var reader);
            while (reader.TryRead(out var record))
            {
                if (record.Timestamp >= timestamp)
                {
                    return record.Offset;
                }
            }
        }

        return -1;
    }

    private ClusterStatusResponse Status() => new(
        "fake",
        _broker.Id,
        "1.0",
        1000,
        1,
        [.. _cluster.Brokers.Select(broker => new StatusBroker(broker.Id, "127.0.0.1", broker.Port, "peer", "http", true))],
        [
            new StatusReplica(
                7, "t", 0, _broker.Id == 1 ? Protocol.Messages.ReplicaRole.Leader : Protocol.Messages.ReplicaRole.Follower, 3, 1, 9, 9, (ulong)(11 - _broker.Id), 0, 5, 42, 100),
        ]);
}
