namespace ClusterLog.Disks;

/// <summary>
/// The bytes of a file as pages of 4,096, null for zeros. A page that has been stored is never changed again, so that any
/// number of images and files share it: whoever writes puts another in its place.
/// </summary>
internal static class Pages
{
    public const int Bytes = 4096;

    public static int CountOf(int length) => (length + Bytes - 1) / Bytes;

    public static int Read(ReadOnlySpan<byte[]?> pages, int length, long position, Span<byte> buffer)
    {
        var count = (int)Math.Clamp(length - position, 0, buffer.Length);
        for (var done = 0; done < count;)
        {
            var (page, offset) = ((int)((position + done) / Bytes), (int)((position + done) % Bytes));
            var target = buffer.Slice(done, Math.Min(Bytes - offset, count - done));
            if (page < pages.Length && pages[page] is { } bytes)
            {
                bytes.AsSpan(offset, target.Length).CopyTo(target);
            }
            else
            {
                target.Clear();
            }

            done += target.Length;
        }

        return count;
    }

    /// <summary>Puts new pages in the place of those that a write touches; the array must be large enough.</summary>
    /// <param name="bytes">What is written; empty for <paramref name="count"/> zeros.</param>
    public static void Write(byte[]?[] pages, long position, ReadOnlySpan<byte> bytes, int count)
    {
        for (var done = 0; done < count;)
        {
            var (page, offset) = ((int)((position + done) / Bytes), (int)((position + done) % Bytes));
            var part = Math.Min(Bytes - offset, count - done);
            var source = bytes.IsEmpty ? default : bytes.Slice(done, part);
            pages[page] = Overwrite(pages[page], offset, source, part);
            done += part;
        }
    }

    /// <summary>The page with everything from an offset on as zeros.</summary>
    public static byte[]? Cut(byte[]? page, int offset) =>
        page is null ? null : Overwrite(page, offset, default, Bytes - offset);

    private static byte[]? Overwrite(byte[]? page, int offset, ReadOnlySpan<byte> source, int count)
    {
        if (!source.ContainsAnyExcept((byte)0) && (page is null || count == Bytes))
        {
            return null;
        }

        var own = new byte[Bytes];
        page?.CopyTo(own.AsSpan());
        if (source.IsEmpty)
        {
            own.AsSpan(offset, count).Clear();
        }
        else
        {
            source.CopyTo(own.AsSpan(offset));
        }

        return own;
    }
}
