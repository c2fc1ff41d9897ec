using ClusterLog.Raft;

namespace ClusterLog.Broker.Peers;

/// <content>The loop that sends: takes all that waits, encodes it and hands it to the socket in large pieces.</content>
internal sealed partial class PeerConnection
{
    // What is encoded before the socket gets it: large enough that heartbeats of many groups leave in one write, small
    // enough that the first bytes are on their way while the next are encoded.
    private const long FlushBytes = 256 * 1024;

    private async Task RunSendingAsync()
    {
        try
        {
            await ProcessSendingAsync();
            Abort("it takes nothing more");
        }
        catch (Exception e)
        {
            // A frame that cannot be encoded is a fault of ours; what leads here from the transport is a lost connection.
            Abort($"sending to it failed: {e.Message}");
        }
    }

    private async Task ProcessSendingAsync()
    {
        var output = _context.Transport.Output;
        var frames = new List<OutboundFrame>();
        using var writer = new PeerFrameWriter();
        try
        {
            while (await _outbound.WaitAsync())
            {
                frames = _outbound.Take(frames);
                for (var next = 0; next < frames.Count;)
                {
                    var (first, room) = (next, 0L);
                    var (messages, written) = Write(writer, frames, ref next, ref room);
                    var result = await output.FlushAsync();
                    Volatile.Write(ref _lastSent, _mesh.Time.GetTimestamp());
                    _counters.CountSent(next - first, messages, written);
                    _outbound.Release(room);
                    if (result.IsCompleted || result.IsCanceled)
                    {
                        return;
                    }
                }

                frames.Clear();
            }
        }
        finally
        {
            // What was taken and will not be written any more.
            frames.ForEach(static frame => frame.Held?.Dispose());
        }
    }

    /// <summary>Encodes frames into the output's memory, from where on nobody needs their payloads.</summary>
    private (int Messages, long Bytes) Write(
        PeerFrameWriter writer, List<OutboundFrame> frames, ref int next, ref long room)
    {
        var messages = 0;
        long written = 0;
        while (next < frames.Count && written < FlushBytes)
        {
            var frame = frames[next++];
            written += writer.Write(_context.Transport.Output, frame.Group, frame.Content);
            frame.Held?.Dispose();
            room += frame.SizeBytes;
            messages += frame.Content is RaftMessage ? 1 : 0;
        }

        return (messages, written);
    }
}
