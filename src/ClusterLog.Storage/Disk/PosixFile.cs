using System.ComponentModel;
using System.Runtime.InteropServices;

namespace ClusterLog.Storage.Disk;

/// <summary>
/// The system calls that .NET has no equal of: fdatasync (its flush is fsync), O_DIRECT, O_DSYNC, syncing a directory,
/// flock. Values are Linux's; two flags differ by processor.
/// </summary>
internal static partial class PosixFile
{
    public const int ReadOnly = 0;
    public const int ReadWrite = 2;
    public const int CreateFlag = 0x40;
    public const int TruncateFlag = 0x200;
    public const int DataSyncFlag = 0x1000;
    public const int CloseOnExec = 0x80000;
    public const int OwnerOnly = 0x180;
    public const int InvalidArgument = 22;

    private const int WillNeedAdvice = 3;
    private const int Interrupted = 4;
    private const int NoSpace = 28;
    private const int WouldBlock = 11;
    private const int NotSupported = 95;
    private const int QuotaExceeded = 122;
    private const int LockExclusiveNow = 2 | 4;

    private static readonly bool IsArm = RuntimeInformation.ProcessArchitecture is Architecture.Arm64 or Architecture.Arm;

    public static int DirectFlag => IsArm ? 0x10000 : 0x4000;

    private static int DirectoryFlag => IsArm ? 0x4000 : 0x10000;

    public static int Open(string path, int flags)
    {
        var descriptor = TryOpen(path, flags, out var error);
        return descriptor >= 0 ? descriptor : throw Error("open", path, error);
    }

    /// <summary>Returns a descriptor, or -1 and the error number.</summary>
    public static int TryOpen(string path, int flags, out int error)
    {
        int descriptor;
        do
        {
            descriptor = OpenCall(path, flags | CloseOnExec, OwnerOnly);
            error = descriptor < 0 ? Marshal.GetLastPInvokeError() : 0;
        }
        while (error == Interrupted);
        return descriptor;
    }

    public static void SyncDirectory(string path)
    {
        var descriptor = Open(path, ReadOnly | DirectoryFlag);
        try
        {
            Check(FsyncCall(descriptor), "fsync of directory", path);
        }
        finally
        {
            _ = CloseCall(descriptor);
        }
    }

    public static void SyncData(int descriptor, string path) => Check(FdatasyncCall(descriptor), "fdatasync", path);

    public static void SetLength(int descriptor, long length, string path) =>
        Check(FtruncateCall(descriptor, length), "ftruncate", path);

    public static void Rename(string from, string to) => Check(RenameCall(from, to), "rename", from + " to " + to);

    public static void Close(int descriptor) => _ = CloseCall(descriptor);

    /// <summary>Takes the file's lock for this open descriptor; false when another one holds it.</summary>
    public static bool TryLock(int descriptor, string path)
    {
        if (FlockCall(descriptor, LockExclusiveNow) == 0)
        {
            return true;
        }

        var error = Marshal.GetLastPInvokeError();
        return error == WouldBlock ? false : throw Error("flock", path, error);
    }

    public static unsafe int ReadAt(int descriptor, long position, Span<byte> buffer, string path)
    {
        var done = 0;
        fixed (byte* start = buffer)
        {
            while (done < buffer.Length)
            {
                var count = PreadCall(descriptor, start + done, (nuint)(buffer.Length - done), position + done);
                if (count == 0)
                {
                    break;
                }

                if (count < 0 && Marshal.GetLastPInvokeError() != Interrupted)
                {
                    throw Error("pread", path, Marshal.GetLastPInvokeError());
                }

                done += (int)Math.Max(0, count);
            }
        }

        return done;
    }

    public static unsafe void WriteAt(int descriptor, long position, ReadOnlySpan<byte> bytes, string path)
    {
        var done = 0;
        fixed (byte* start = bytes)
        {
            while (done < bytes.Length)
            {
                var count = PwriteCall(descriptor, start + done, (nuint)(bytes.Length - done), position + done);
                if (count < 0 && Marshal.GetLastPInvokeError() != Interrupted)
                {
                    throw Error("pwrite", path, Marshal.GetLastPInvokeError());
                }

                done += (int)Math.Max(0, count);
            }
        }
    }

    /// <summary>Begins to read into the page cache. Advice: whether it is taken changes nothing but time.</summary>
    public static void WillNeed(int descriptor, long position, long count) =>
        _ = FadviseCall(descriptor, position, count, WillNeedAdvice);

    /// <summary>True when the file system knows no O_DIRECT (tmpfs before Linux 6.6, some network file systems).</summary>
    public static bool IsUnsupported(int error) => error is InvalidArgument or NotSupported;

    private static void Check(int result, string call, string path)
    {
        if (result < 0)
        {
            throw Error(call, path, Marshal.GetLastPInvokeError());
        }
    }

    private static IOException Error(string call, string path, int error)
    {
        var message = $"{call} {path} failed with error {error}: {new Win32Exception(error).Message}";
        return error switch
        {
            NoSpace or QuotaExceeded => new DiskFullException(message),
            2 => new FileNotFoundException(message, path),
            _ => new IOException(message, error),
        };
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenCall(string path, int flags, int mode);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int CloseCall(int descriptor);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int FsyncCall(int descriptor);

    [LibraryImport("libc", EntryPoint = "fdatasync", SetLastError = true)]
    private static partial int FdatasyncCall(int descriptor);

    [LibraryImport("libc", EntryPoint = "ftruncate", SetLastError = true)]
    private static partial int FtruncateCall(int descriptor, long length);

    [LibraryImport("libc", EntryPoint = "posix_fadvise")]
    private static partial int FadviseCall(int descriptor, long position, long count, int advice);

    [LibraryImport("libc", EntryPoint = "rename", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int RenameCall(string from, string to);

    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    private static partial int FlockCall(int descriptor, int operation);

    [LibraryImport("libc", EntryPoint = "pread", SetLastError = true)]
    private static unsafe partial nint PreadCall(int descriptor, byte* buffer, nuint count, long position);

    [LibraryImport("libc", EntryPoint = "pwrite", SetLastError = true)]
    private static unsafe partial nint PwriteCall(int descriptor, byte* buffer, nuint count, long position);
}
