using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Globalization;
using ClusterLog.Protocol.Batches;
using FASTER.core;
using Microsoft.Win32.SafeHandles;

namespace ClusterLog.Broker.Compaction.Keys;

/// <summary>
/// The files that a store's log is in, with a CRC32C for each sector, in memory: FASTER keeps none, and would take a
/// flipped bit for another key. Whoever reads through it must ask <see cref="Damage"/> before believing what it found.
/// </summary>
internal sealed unsafe class CheckedDevice : StorageDeviceBase
{
    private const int Sector = 512;

    private readonly string _folder;
    private readonly ConcurrentDictionary<int, Segment> _segments = new();

    public CheckedDevice(string folder)
        : base(Path.Combine(folder, "log"), Sector, Devices.CAPACITY_UNSPECIFIED)
    {
        _folder = folder;
    }

    /// <summary>What was found damaged, in words; null as long as nothing was.</summary>
    public string? Damage { get; private set; }

    /// <inheritdoc/>
    public override void WriteAsync(
        IntPtr sourceAddress,
        int segmentId,
        ulong destinationAddress,
        uint numBytesToWrite,
        DeviceIOCompletionCallback callback,
        object context) => ThreadPool.UnsafeQueueUserWorkItem(
        _ =>
        {
            try
            {
                var bytes = new ReadOnlySpan<byte>((void*)sourceAddress, (int)numBytesToWrite);
                var segment = SegmentOf(segmentId);
                RandomAccess.Write(segment.File, bytes, (long)destinationAddress);
                segment.Note((long)destinationAddress, bytes);
            }
            catch (Exception exception) when (exception is IOException or ObjectDisposedException)
            {
                // Told as done: the store would wait for it for ever. It is thrown away for its damage instead.
                Damage ??= $"segment {segmentId}: {exception.Message}";
            }

            callback(0, numBytesToWrite, context);
        },
        null);

    /// <inheritdoc/>
    public override void ReadAsync(
        int segmentId,
        ulong sourceAddress,
        IntPtr destinationAddress,
        uint readLength,
        DeviceIOCompletionCallback callback,
        object context) => ThreadPool.UnsafeQueueUserWorkItem(
        _ =>
        {
            uint error = 0;
            var bytes = new Span<byte>((void*)destinationAddress, (int)readLength);
            try
            {
                var segment = SegmentOf(segmentId);
                var count = RandomAccess.Read(segment.File, bytes, (long)sourceAddress);
                bytes[count..].Clear();
                if (!segment.IsGood((long)sourceAddress, bytes[..count]))
                {
                    throw new IOException($"A sector near byte {sourceAddress} does not have the checksum it was written with.");
                }
            }
            catch (Exception exception) when (exception is IOException or ObjectDisposedException)
            {
                Damage ??= $"segment {segmentId}: {exception.Message}";
                bytes.Clear();
                error = 1;
            }

            callback(error, readLength, context);
        },
        null);

    /// <inheritdoc/>
    public override void RemoveSegmentAsync(int segment, AsyncCallback callback, IAsyncResult result)
    {
        if (_segments.TryRemove(segment, out var removed))
        {
            removed.File.Dispose();
        }

        File.Delete(PathOf(segment));
        callback?.Invoke(result);
    }

    /// <inheritdoc/>
    public override long GetFileSize(int segment) => File.Exists(PathOf(segment)) ? new FileInfo(PathOf(segment)).Length : 0;

    /// <inheritdoc/>
    public override void Dispose()
    {
        foreach (var segment in _segments.Values)
        {
            segment.File.Dispose();
        }
    }

    /// <summary>Makes what was written lasting, and gives the checksums: <c>u32 segment, u32 sectors, u32 each</c>.</summary>
    public byte[] Capture()
    {
        using var output = new MemoryStream();
        Span<byte> number = stackalloc byte[sizeof(uint)];
        foreach (var (id, segment) in _segments.OrderBy(pair => pair.Key))
        {
            RandomAccess.FlushToDisk(segment.File);
            var checks = segment.Checks;
            foreach (var value in checks.Prepend((uint)checks.Length).Prepend((uint)id))
            {
                BinaryPrimitives.WriteUInt32LittleEndian(number, value);
                output.Write(number);
            }
        }

        return output.ToArray();
    }

    /// <summary>Takes the checksums of an earlier life.</summary>
    public void Restore(ReadOnlySpan<byte> captured)
    {
        while (!captured.IsEmpty)
        {
            var id = (int)BinaryPrimitives.ReadUInt32LittleEndian(captured);
            var checks = new uint[BinaryPrimitives.ReadUInt32LittleEndian(captured[4..])];
            for (var i = 0; i < checks.Length; i++)
            {
                checks[i] = BinaryPrimitives.ReadUInt32LittleEndian(captured[(8 + (i * 4))..]);
            }

            SegmentOf(id).Checks = checks;
            captured = captured[(8 + (checks.Length * 4))..];
        }
    }

    private Segment SegmentOf(int id) => _segments.GetOrAdd(
        id,
        static (number, device) => new Segment(File.OpenHandle(
            device.PathOf(number), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete)),
        this);

    private string PathOf(int segment) =>
        Path.Combine(_folder, string.Create(CultureInfo.InvariantCulture, $"log.{segment}"));

    private sealed class Segment(SafeFileHandle file)
    {
        private readonly Lock _gate = new();

        public SafeFileHandle File => file;

        public uint[] Checks { get; set; } = [];

        public void Note(long position, ReadOnlySpan<byte> bytes)
        {
            lock (_gate)
            {
                var first = (int)(position / Sector);
                var end = first + (bytes.Length / Sector);
                if (Checks.Length < end)
                {
                    var longer = new uint[Math.Max(end, Checks.Length * 2)];
                    Checks.CopyTo(longer, 0);
                    Checks = longer;
                }

                for (var i = first; i < end; i++, bytes = bytes[Sector..])
                {
                    Checks[i] = Crc32C.Compute(bytes[..Sector]);
                }
            }
        }

        public bool IsGood(long position, ReadOnlySpan<byte> bytes)
        {
            lock (_gate)
            {
                for (var i = (int)(position / Sector); bytes.Length >= Sector; i++, bytes = bytes[Sector..])
                {
                    if (i >= Checks.Length || Checks[i] != Crc32C.Compute(bytes[..Sector]))
                    {
                        return false;
                    }
                }

                return true;
            }
        }
    }
}
