using System.Buffers;
using System.Net.Sockets;
using ClusterLog.MessagePack;
using ClusterLog.Protocol.Frames;
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
        var reader = new MessagePackReader(frame);
        var count = reader.ReadArrayHeader();
        var type = (PeerFrameType)reader.ReadByte();
        var raftFields = RaftMessageReader.FieldCount(type);
        if (!reader.Ok || raftFields == 0)
        {
            return reader.Ok ? HandleControl(ref reader, type, count) : Unreadable(type, reader.Error);
        }

        if (count < raftFields)
        {
            return Unreadable(type, $"expected {raftFields} fields, found {count}");
        }

        var message = RaftMessageReader.Read(ref reader, type, Peer, _self, out var group);
        if (PeerFrameReader.Finish(ref reader, count, raftFields) is { } error)
        {
            return Unreadable(type, error);
        }

        _mesh.Events.OnMessage(group, message);
        return null;
    }

    private string? HandleControl(ref MessagePackReader reader, PeerFrameType type, int count)
    {
        var content = PeerFrameReader.ReadControl(ref reader, type, count, out var error);
        switch (content)
        {
            case null:
                return Unreadable(type, error);
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
                return Unreadable(type, "a Hello comes once, first");
        }
    }

    private static string Unreadable(PeerFrameType type, string? error) =>
        $"it sent a frame of type {(byte)type} that cannot be read: {error}";
}
