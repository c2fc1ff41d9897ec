using ClusterLog.Storage.Segments;

namespace ClusterLog.Storage.Compaction;

/// <summary>
/// A file that holds the same entries as some neighbouring segments, with fewer records, written and synced under a
/// temporary name: the segment writer gives it its name and puts it in their place.
/// </summary>
internal sealed class SegmentReplacement
{
    private readonly TaskCompletionSource<bool> _done;

    /// <param name="goesOnInline">
    /// Whether who waits goes on within <see cref="Complete"/>, as it must where nothing has threads; else on another one.
    /// </param>
    public SegmentReplacement(IReadOnlyList<SegmentSnapshot> sources, SegmentSnapshot result, bool goesOnInline)
    {
        (Sources, Result) = (sources, result);
        _done = new(goesOnInline ? TaskCreationOptions.None : TaskCreationOptions.RunContinuationsAsynchronously);
    }

    /// <summary>The segments that go; neighbours, in order.</summary>
    public IReadOnlyList<SegmentSnapshot> Sources { get; }

    /// <summary>What takes their place.</summary>
    public SegmentSnapshot Result { get; }

    /// <summary>Where its bytes are until then.</summary>
    public string TemporaryPath => Result.Path + ".tmp";

    /// <summary>
    /// True once the replacement is durable and what is read is read from it; false when the log had changed meanwhile,
    /// and nothing was done.
    /// </summary>
    public Task<bool> Done => _done.Task;

    public void Complete(bool isInPlace) => _done.TrySetResult(isInPlace);
}
