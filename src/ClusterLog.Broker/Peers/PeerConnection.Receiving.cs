using System.Buffers;
using System.Net.Sockets;
using ClusterLog.Protocol.Frames;
using ClusterLog.Raft;
using ClusterLog.Storage.Payloads;
using Microsoft.AspNetCore.Connections;

namespace ClusterLog.Broker.Peers;

/// <content>The loop that receives. A frame that cannot be read ends the connection, in words.</content>
internal sealed partial class PeerConnection
{
    private readonly PeerFrameAssembler _assembler;

    private async Task RunReceivingAsync()
    {
        try
        {
            Abort(await ProcessReceivingAsync());
        }
        catch (Exception e) when (e is ConnectionResetException or ConnectionAbortedException or IOException
            or SocketException or OperationCanceledException)
        {
            Abort($"the connection broke: {e.Message}");
        }
    }

    private async Task<string> ProcessReceivingAsync()
    {
        var input = _context.Transport.Input;
        while (true)
        {
            var result = await input.ReadAsync();
            var buffer = result.Buffer;
            Volatile.Write(ref _lastReceived, _mesh.Time.GetTimestamp());
            var fault = Take(ref buffer);
            input.AdvanceTo(buffer.Start, buffer.End);
            if (fault is not null)
            {
                return fault;
            }

            if (result.IsCompleted || result.IsCanceled)
            {
                return "it closed the connection";
            }
        }
    }

    /// <summary>Handles every whole frame; returns why the connection must end, or null.</summary>
    private string? Take(ref ReadOnlySequence<byte> buffer)
    {
        var before = buffer.Length;
        var frames = 0;
        while (EndReason is null)
        {
            var status = _assembler.TryTake(ref buffer, out var frame);
            if (status != FrameStatus.Complete)
            {
                _counters.CountReceived(frames, before - buffer.Length);
                return status switch
                {
                    FrameStatus.NeedMoreData => null,
                    FrameStatus.TooLarge =>
                        $"it sent a frame of more than the {_mesh.Options.PeerFrameBytesMax} bytes that are accepted",
                    _ => "it sent a frame too short to be one",
                };
            }

            frames++;
            if (Handle(frame) is { } fault)
            {
                return fault;
            }
        }

        return EndReason;
    }

    private string? Handle(in ReadOnlySequence<byte> frame)
    {
        var content = PeerFrameReader.Read(frame, Peer, _self, out var group, out var error);
        if (content is not AppendRequest append || !HoldsData(append))
        {
            // Nothing refers to it any more.
            PayloadSlice.Discard(frame.First);
        }

        switch (content)
        {
            case RaftMessage message:
                _mesh.Events.OnMessage(group, message);
                return null;
            case PeerPing:
                return null;
            case PeerLeaders leaders:
                _mesh.Events.OnLeaders(Peer, leaders.Leaders);
                return null;
            case PeerRequest request:
                Answer(request);
                return null;
            case PeerResponse response:
                // Nobody waits for an answer that comes after its time.
                _requests.Complete(_name, response);
                return null;
            case PeerRefused refused:
                return $"it refuses this broker: {refused.Reason}";
            default:
                return $"it sent a frame that cannot be read: {error ?? "a Hello, which comes once, first"}";
        }
    }

    private static bool HoldsData(AppendRequest append)
    {
        for (var i = 0; i < append.Entries.Count; i++)
        {
            if (append.Entries[i].Kind == EntryKind.Data)
            {
                return true;
            }
        }

        return false;
    }
}
