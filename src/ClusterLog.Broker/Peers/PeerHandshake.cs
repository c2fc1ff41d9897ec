using System.Buffers;
using System.IO.Pipelines;
using ClusterLog.Protocol.Frames;
using Microsoft.AspNetCore.Connections;

namespace ClusterLog.Broker.Peers;

/// <summary>The first words on a connection: each side says who it is, the dialing one first.</summary>
internal static class PeerHandshake
{
    // A stranger may connect: until it has said who it is, it may not make us hold more than this.
    private const int FrameBytesMax = 64 * 1024;

    /// <summary>Sends a Hello or a refusal.</summary>
    public static async Task SendAsync(ConnectionContext connection, object content, CancellationToken cancellationToken)
    {
        using (var writer = new PeerFrameWriter())
        {
            writer.Write(connection.Transport.Output, default, content);
        }

        await connection.Transport.Output.FlushAsync(cancellationToken);
    }

    /// <summary>Waits for the other side's Hello, and leaves what follows it in the input.</summary>
    /// <exception cref="PeerHandshakeException">Something else came, or the connection was closed.</exception>
    public static async Task<PeerHello> ReceiveAsync(ConnectionContext connection, CancellationToken cancellationToken)
    {
        var input = connection.Transport.Input;
        while (true)
        {
            var result = await input.ReadAsync(cancellationToken);
            var buffer = result.Buffer;
            var status = FrameReader.TryReadFrame(ref buffer, FrameBytesMax, out var frame);
            if (status == FrameStatus.Complete)
            {
                return Decode(input, frame);
            }

            input.AdvanceTo(buffer.Start, buffer.End);
            if (status != FrameStatus.NeedMoreData)
            {
                throw new PeerHandshakeException("what it sent is not the protocol between brokers");
            }

            if (result.IsCompleted || result.IsCanceled)
            {
                throw new PeerHandshakeException("it closed the connection before it said who it is");
            }
        }
    }

    private static PeerHello Decode(PipeReader input, in ReadOnlySequence<byte> frame)
    {
        var content = PeerFrameReader.Read(frame, default, default, out _, out var error);
        input.AdvanceTo(frame.End);
        return content switch
        {
            PeerHello hello => hello,
            PeerRefused refused => throw new PeerHandshakeException($"it refuses this broker: {refused.Reason}"),
            _ => throw new PeerHandshakeException(
                $"expected a Hello, found {error ?? content!.GetType().Name}"),
        };
    }
}
