using ClusterLog.Storage.Disk;

namespace ClusterLog.Storage.Wal;

/// <content>
/// Of the newest block nothing on disk says that it was synced: rot in it looks like a torn write, and what was
/// acknowledged would be lost in silence. So when nothing follows for a while, and at the end, an empty block does.
/// </content>
internal sealed partial class WalLane
{
    private static readonly TimeSpan SealAfter = TimeSpan.FromSeconds(1);

    private bool _isSealed = true;
    private long _writtenAt;

    private void SealIfDue()
    {
        if (!_isSealed && _unsyncedBytes == 0 && _time.GetElapsedTime(_writtenAt) >= SealAfter)
        {
            // Half of what is kept back for the marks that free older files stays so.
            Seal(_current is null ? 0 : ReserveBytes(_current) / 2);
        }
    }

    private void Seal(long bytesKept)
    {
        if (_isSealed
            || _current is null
            || _current.Position + AlignedBuffer.RoundUp(WalBlockHeader.SizeBytes) > _current.FileBytes - bytesKept)
        {
            return;
        }

        _block.Begin(_current.Epoch, _nextSequence);
        _mustSync = true;
        WriteBlock(_current);
    }
}
