using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using ClusterLog.Protocol;
using ClusterLog.Protocol.Batches;
using WireHeader = ClusterLog.Protocol.Batches.RecordHeader;

namespace ClusterLog.Client.Producing;

/// <summary>
/// Records of one partition that travel together, and who wants to hear of them. Filled under the lock of its
/// <see cref="BatchAccumulator"/>, then owned by its <see cref="PartitionSender"/>.
/// </summary>
[SuppressMessage(
    "Design", "CA1001", Justification = "Release ends its life, and must not be called while it is being sent.")]
internal sealed class ProducerBatch
{
    private const int HandlersMin = 64;

    private readonly TaskCompletionSource _settled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly RecordBatchBuilder _builder;
    private readonly long _openedUnixMs;
    private readonly TimeProvider _time;
    private object?[] _handlers = ArrayPool<object?>.Shared.Rent(HandlersMin);
    private long[] _enqueuedAt = ArrayPool<long>.Shared.Rent(HandlersMin);

    public ProducerBatch(int capacityBytes, TimeProvider time, long now)
    {
        _builder = new RecordBatchBuilder(capacityBytes);
        _time = time;
        _openedUnixMs = time.GetUtcNow().ToUnixTimeMilliseconds();
        OpenedAt = now;
    }

    /// <summary>The timestamp of its first record.</summary>
    public long OpenedAt { get; }

    public int Count => _builder.Count;

    public int SizeBytes => _builder.SizeBytes;

    /// <summary>What it took from the buffer's budget.</summary>
    public long ReservedBytes { get; set; }

    /// <summary>The bytes that are sent, the same with each attempt; empty before the first.</summary>
    public ReadOnlyMemory<byte> Bytes { get; private set; }

    /// <summary>How many batches of its partition were sealed before it.</summary>
    public long Number { get; private set; }

    /// <summary>Whether an attempt is under way.</summary>
    public bool IsSent { get; set; }

    /// <summary>How often it was sent.</summary>
    public int Attempts { get; set; }

    /// <summary>Why the last attempt failed.</summary>
    public ClusterLogException? LastError { get; set; }

    /// <summary>Whether the handlers have been called.</summary>
    public bool IsReported { get; private set; }

    /// <summary>Completes when the outcome has been reported.</summary>
    public Task Settled => _settled.Task;

    /// <summary>Adds a record. The handler is null, an action, or a task's source.</summary>
    public void Append(in ProducerRecord record, ReadOnlySpan<WireHeader> headers, object? handler, long now)
    {
        var timestamp = record.Timestamp is { } given
            ? given.ToUnixTimeMilliseconds()
            : _openedUnixMs + ((now - OpenedAt) * 1000 / _time.TimestampFrequency);
        var index = _builder.Count;
        if (index == _handlers.Length)
        {
            _handlers = Grow(_handlers);
        }

        if (index == _enqueuedAt.Length)
        {
            _enqueuedAt = Grow(_enqueuedAt);
        }

        _builder.Append(timestamp, record.Key, record.Value, headers);
        _handlers[index] = handler;
        _enqueuedAt[index] = now;
    }

    /// <summary>Fixes the bytes. A batch gets its identity and sequence once, and keeps them however often it is sent.</summary>
    public void Seal(ProducerIdentity identity, int baseSequence, long number)
    {
        Number = number;
        Bytes = _builder.Build(identity.Id, identity.Epoch, baseSequence);
    }

    /// <summary>Reports each record once: with its offset, or with the error. Later calls do nothing.</summary>
    public void Report(TopicPartition partition, long baseOffset, ClusterLogException? error, Action<Exception> onFault)
    {
        if (IsReported)
        {
            return;
        }

        IsReported = true;
        var now = _time.GetTimestamp();
        for (var i = 0; i < Count; i++)
        {
            if (_handlers[i] is not { } handler)
            {
                continue;
            }

            var offset = baseOffset < 0 || error is not null ? new Offset(-1) : new Offset(baseOffset + i);
            var report = new DeliveryReport(partition, offset, _time.GetElapsedTime(_enqueuedAt[i], now), error);
            try
            {
                Notify(handler, report);
            }
            catch (Exception fault)
            {
                // The handler is the caller's; its fault must not stop the reports to others.
                onFault(fault);
            }
        }

        _settled.TrySetResult();
    }

    /// <summary>Gives the memory back. Nothing may be sending it any more.</summary>
    public void Release()
    {
        Bytes = default;
        _builder.Dispose();
        ArrayPool<object?>.Shared.Return(_handlers, clearArray: true);
        ArrayPool<long>.Shared.Return(_enqueuedAt);
        (_handlers, _enqueuedAt) = ([], []);
    }

    private static void Notify(object handler, in DeliveryReport report)
    {
        if (handler is Action<DeliveryReport> action)
        {
            action(report);
            return;
        }

        var source = (TaskCompletionSource<DeliveryReport>)handler;
        if (report.Error is null)
        {
            source.TrySetResult(report);
        }
        else
        {
            source.TrySetException(report.Error);
        }
    }

    private static T[] Grow<T>(T[] array)
    {
        var larger = ArrayPool<T>.Shared.Rent(array.Length * 2);
        array.AsSpan().CopyTo(larger);
        ArrayPool<T>.Shared.Return(array, clearArray: true);
        return larger;
    }
}
