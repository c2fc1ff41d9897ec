using System.Collections.Concurrent;
using ClusterLog.Raft;
using ClusterLog.Storage.Payloads;

namespace ClusterLog.Storage.Tests.Payloads;

/// <summary>
/// Payloads that come, are held by many at the same time and go, in blocks that are used again at once and overwritten
/// before: each holder must find to its end what was written at the beginning.
/// </summary>
public sealed class PayloadStressTests : IDisposable
{
    private const int Writers = 2;
    private const int Readers = 3;
    private const int PayloadsPerWriter = 20_000;
    private const int TailEntries = 16;

    private readonly PayloadMemory _memory = new(8 << 20, freeBytesMax: 32 << 10, blockBytes: 4 << 10, poisons: true);
    private readonly BlockingCollection<(LogEntry Entry, uint Crc, PayloadHold Hold)> _taken = new(boundedCapacity: 64);
    private long _forgotten;

    public void Dispose() => _taken.Dispose();

    [Fact]
    public async Task Payloads_HeldByMany_AreWhatWasWrittenUntilTheLastLetsGo()
    {
        var readers = Enumerable.Range(0, Readers).Select(id => Task.Run(() => Read(new Random(id)))).ToArray();
        var writers = Enumerable.Range(0, Writers).Select(id => Task.Run(() => Write(new Random(100 + id)))).ToArray();
        await Task.WhenAll(writers);
        _taken.CompleteAdding();
        await Task.WhenAll(readers);

        // All blocks but those of which something was forgotten came back, and were used again: there are far fewer than
        // payloads would have filled.
        var written = Writers * PayloadsPerWriter * 500L;
        Assert.True(_forgotten > 0);
        Assert.InRange(_memory.UsedBytes + _memory.FreeBytes + _memory.LostBytes, 1, written / 3);
    }

    /// <summary>What a shard does: takes payloads in, hands them out and lets go of the oldest.</summary>
    private void Write(Random random)
    {
        var tail = new LogTail(new LogIndex(1));
        for (ulong index = 1; index <= PayloadsPerWriter; index++)
        {
            var payload = _memory.Rent(random.Next(1, 1_000));
            random.NextBytes(payload.Span);
            var crc = Records.Crc32C.Compute(payload.Span);
            var entry = new LogEntry(new LogIndex(index), new Term(1), EntryKind.Data, (long)index, 1, 0, payload);
            if (random.Next(50) == 0)
            {
                // Refused: no log takes it.
                PayloadSlice.Discard(payload);
                tail.Add(entry with { Payload = new byte[1] }, 0);
            }
            else
            {
                tail.Add(entry, 0);
                for (var holders = random.Next(3); holders > 0; holders--)
                {
                    var hold = new PayloadHold();
                    hold.Add(entry);
                    _taken.Add((entry, crc, hold));
                }
            }

            if (tail.Count > TailEntries)
            {
                tail.RemoveFirst(leaving: null);
            }
        }
    }

    private void Read(Random random)
    {
        foreach (var (entry, crc, hold) in _taken.GetConsumingEnumerable())
        {
            for (var looks = random.Next(1, 4); looks > 0; looks--)
            {
                Assert.Equal(crc, Records.Crc32C.Compute(entry.Payload.Span));
                Thread.Yield();
            }

            if (random.Next(200) == 0)
            {
                Interlocked.Increment(ref _forgotten);
            }
            else
            {
                hold.Dispose();
            }
        }
    }
}
