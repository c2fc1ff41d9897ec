namespace ClusterLog.Checking.Tests.Histories;

/// <summary>Gives a few bytes at a read, as a pipe may, for as long as asked.</summary>
internal sealed class TricklingStream(Func<long, byte?> byteAt, int atOnce) : Stream
{
    private long _position;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => _position;
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> buffer)
    {
        var count = 0;
        while (count < Math.Min(buffer.Length, atOnce) && byteAt(_position) is { } value)
        {
            buffer[count++] = value;
            _position++;
        }

        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
