using System.IO.Pipelines;
using System.Net.Sockets;
using ClusterLog.Broker.Sockets;
using Microsoft.AspNetCore.Connections;

namespace ClusterLog.Broker.Peers;

/// <summary>
/// A connection that this broker has dialed, as the listener's are: the transport's own way to make one of a socket
/// cannot be given memory, and allocates as many bytes as go over it.
/// </summary>
internal sealed class DialedConnection : DefaultConnectionContext
{
    // A read takes what is left of a block where that is as much as this, so that small frames share one.
    private const int ReadBytesMin = 4096;

    private readonly Socket _socket;
    private readonly NetworkStream _stream;

    /// <param name="socket">Connected; this connection's from now on.</param>
    /// <param name="memory">What is read and written goes through it.</param>
    public DialedConnection(Socket socket, SocketMemory memory)
    {
        _socket = socket;
        _stream = new NetworkStream(socket, ownsSocket: true);
        LocalEndPoint = socket.LocalEndPoint;
        RemoteEndPoint = socket.RemoteEndPoint;
        Transport = new Pipes(
            PipeReader.Create(
                _stream, new StreamPipeReaderOptions(memory, memory.BlockBytes, ReadBytesMin, leaveOpen: true)),
            PipeWriter.Create(_stream, new StreamPipeWriterOptions(memory, memory.BlockBytes, leaveOpen: true)));
    }

    /// <summary>Ends both directions: whoever reads comes to the end, whoever writes fails. Does not wait.</summary>
    public override void Abort(ConnectionAbortedException abortReason)
    {
        try
        {
            _socket.Shutdown(SocketShutdown.Both);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // It has ended already.
        }
    }

    /// <summary>Closes the socket and gives the memory back; nobody reads or writes any more.</summary>
    public override async ValueTask DisposeAsync()
    {
        await Transport.Input.CompleteAsync();

        // With a reason, so that what was not flushed is dropped and not written.
        await Transport.Output.CompleteAsync(new ConnectionAbortedException("The connection is closed."));
        await _stream.DisposeAsync();
        await base.DisposeAsync();
    }

    private sealed record Pipes(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
