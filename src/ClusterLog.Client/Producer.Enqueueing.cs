using ClusterLog.Client.Producing;
using ClusterLog.Protocol;
using WireHeader = ClusterLog.Protocol.Batches.RecordHeader;

namespace ClusterLog.Client;

public sealed partial class Producer
{
    // Step 1 of a record's way. The common case ends here without waiting and without allocating.
    private ValueTask AcceptAsync(in ProducerRecord record, object? handler, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(record.Topic, nameof(record));
        ObjectDisposedException.ThrowIf(_disposed != 0, this);
        cancellationToken.ThrowIfCancellationRequested();
        var headers = record.Headers is null ? [] : RecordHeaders.ToWire(record.Headers);
        var bytesMax = RecordHeaders.BytesMaxOf(record, headers);
        if (bytesMax > Options.RecordBytesMax)
        {
            throw new ClusterLogException(
                ErrorCode.RecordTooLarge,
                $"A record for topic '{record.Topic}' may take {bytesMax} bytes; the limit is {Options.RecordBytesMax}.");
        }

        return _waiting.IsEmpty && FindTopic(record.Topic) is { } topic
            && TryPut(topic, record, headers, bytesMax, handler)
                ? ValueTask.CompletedTask
                : new ValueTask(_waiting.AddAsync(record, handler, cancellationToken));
    }

    private TopicProducer? FindTopic(string name)
    {
        // Most producers write to one topic, and mostly name it by the same string.
        var last = _lastTopic;
        if (last is not null && ReferenceEquals(last.Name, name))
        {
            return last;
        }

        if (_topics.TryGetValue(name, out var topic))
        {
            _lastTopic = topic;
        }

        return topic;
    }

    private bool TryPut(
        TopicProducer topic, in ProducerRecord record, ReadOnlySpan<WireHeader> headers, long bytesMax, object? handler)
    {
        while (true)
        {
            switch (topic.Choose(record).TryAppend(record, headers, bytesMax, handler))
            {
                case AppendResult.Appended:
                    return true;
                case AppendResult.BufferFull:
                    return false;
                case AppendResult.Ended:
                    throw new ObjectDisposedException(nameof(Producer));
                case AppendResult.BatchClosed:
                    break;
            }
        }
    }

    // Called for one waiting record at a time, in the order of the line.
    private async Task PutAsync(WaitingRecord waiting, CancellationToken cancellationToken)
    {
        if (waiting.Record is not { } record)
        {
            return;
        }

        var topic = FindTopic(record.Topic) ?? await AddTopicAsync(record.Topic, cancellationToken).ConfigureAwait(false);
        var headers = RecordHeaders.ToWire(record.Headers);
        var bytesMax = RecordHeaders.BytesMaxOf(record, headers);
        while (waiting.TryClaim())
        {
            if (TryPut(topic, record, headers, bytesMax, waiting.Handler))
            {
                return;
            }

            waiting.Unclaim();
            CloseOpenBatches();
            await _budget.Released.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<TopicProducer> AddTopicAsync(string name, CancellationToken cancellationToken)
    {
        var found = await _access.Metadata.GetTopicAsync(name, cancellationToken).ConfigureAwait(false);
        var count = found.Partitions.Count;
        var topic = new TopicProducer(
            name, count, _access.Backoff.Choose(count), _access.Metadata, (partition, onBatchClosed) =>
            {
                var sender = new PartitionSender(
                    _access, Options, _counters, _identities, _budget, _loop, partition, onBatchClosed);
                _loop.Add(sender);
                return sender;
            });

        // Only the loop of the line adds topics, so nobody else has added this one meanwhile.
        _topics[name] = topic;
        return topic;
    }

    // When the buffer is full, records that linger would make those who wait for room wait for nothing.
    private void CloseOpenBatches()
    {
        foreach (var topic in _topics.Values)
        {
            foreach (var sender in topic.Senders)
            {
                sender.Accumulator.CloseOpenBatch();
            }
        }
    }
}
