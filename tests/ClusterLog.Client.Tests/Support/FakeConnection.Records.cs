using System.Buffers;
using ClusterLog.Protocol;
using ClusterLog.Protocol.Batches;
using ClusterLog.Protocol.Frames;
using ClusterLog.Protocol.Messages;

namespace ClusterLog.Client.Tests.Support;

internal sealed partial class FakeConnection
{
    private async Task AnswerProducesAsync()
    {
        await foreach (var (id, request) in _produces.Reader.ReadAllAsync(_closing.Token))
        {
            await _cluster.ProduceGate.WaitAsync(_closing.Token);
            var fault = _cluster.ProduceFaults.TryDequeue(out var next) ? next : ProduceFault.None;
            var answer = fault.Applies ? Append(request) : default;
            if (fault.Error != ErrorCode.None)
            {
                answer.Error = fault.Error;
            }

            _cluster.SignalChange();
            if (fault.Drops)
            {
                throw new IOException("Dropped.");
            }

            if (answer.Error != ErrorCode.None)
            {
                await RefuseAsync(id, answer.Error, HintOf(request, answer.Error));
            }
            else
            {
                await AnswerAsync(id, new ProduceResponse(answer.BaseOffset, answer.IsDuplicate));
            }
        }
    }

    private LeaderHint? HintOf(ProduceRequest request, ErrorCode error)
    {
        if (!_cluster.GivesHints || error != ErrorCode.NotLeader)
        {
            return null;
        }

        lock (_cluster.Gate)
        {
            Find(request.Topic, request.Partition, out var partition);
            var leader = _cluster.Brokers.First(broker => broker.Id == partition.LeaderId);
            return new LeaderHint(leader.Id, partition.Term, "127.0.0.1", leader.Port);
        }
    }

    private (ErrorCode Error, long BaseOffset, bool IsDuplicate) Append(ProduceRequest request)
    {
        lock (_cluster.Gate)
        {
            var error = Find(request.Topic, request.Partition, out var partition);
            return error != ErrorCode.None ? (error, -1, false) : partition.Append(request.Batch.ToArray());
        }
    }

    private ErrorCode Find(string topic, int number, out FakePartition partition)
    {
        partition = null!;
        if (!_cluster.Topics.TryGetValue(topic, out var partitions))
        {
            return ErrorCode.UnknownTopic;
        }

        if (number >= partitions.Length)
        {
            return ErrorCode.UnknownPartition;
        }

        partition = partitions[number];
        return partition.LeaderId == _broker.Id ? ErrorCode.None : ErrorCode.NotLeader;
    }

    private async Task GuardFetchAsync(uint id, FetchRequest request)
    {
        try
        {
            await AnswerFetchAsync(id, request);
        }
        catch (Exception error) when (error is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // The connection has ended.
        }
    }

    private async Task AnswerFetchAsync(uint id, FetchRequest request)
    {
        var timeout = Task.Delay(request.MaxWaitMs, _closing.Token);
        while (true)
        {
            var changed = _cluster.Changed;
            FetchedPartition[] fetched;
            lock (_cluster.Gate)
            {
                fetched = [.. request.Partitions.Select(Fetch)];
            }

            if (timeout.IsCompleted || fetched.Any(part => part.Batches.Count > 0 || part.Error != ErrorCode.None))
            {
                lock (_cluster.Gate)
                {
                    _cluster.ReceivedFetches++;
                }

                _cluster.SignalChange();

                await AnswerAsync(id, new FetchResponse(fetched));
                return;
            }

            await Task.WhenAny(timeout, changed);
            _closing.Token.ThrowIfCancellationRequested();
        }
    }

    private FetchedPartition Fetch(FetchPartition asked)
    {
        _cluster.BeforeFetch?.Invoke(asked.Offset);
        var error = Find(asked.Topic, asked.Partition, out var partition);
        if (error == ErrorCode.None && (asked.Offset < partition.LogStart || asked.Offset > partition.NextOffset))
        {
            error = ErrorCode.OffsetOutOfRange;
        }

        if (error != ErrorCode.None)
        {
            return new FetchedPartition(
                asked.Topic, asked.Partition, error, partition?.NextOffset ?? -1, partition?.LogStart ?? -1, []);
        }

        var batches = new List<ReadOnlySequence<byte>>();
        var bytes = 0;
        foreach (var batch in partition.Batches)
        {
            RecordBatchHeader.TryRead(batch, out var header);
            if (header.NextOffset <= asked.Offset || (bytes > 0 && bytes + batch.Length > asked.MaxBytes))
            {
                continue;
            }

            bytes += batch.Length;
            batches.Add(new ReadOnlySequence<byte>(Damage(batch)));
        }

        return new FetchedPartition(
            asked.Topic, asked.Partition, ErrorCode.None, partition.NextOffset, partition.LogStart, batches);
    }

    private byte[] Damage(byte[] batch)
    {
        if (_cluster.CorruptFetches == 0)
        {
            return batch;
        }

        _cluster.CorruptFetches--;
        byte[] damaged = [.. batch];
        damaged[^1] ^= 1;
        return damaged;
    }
}
