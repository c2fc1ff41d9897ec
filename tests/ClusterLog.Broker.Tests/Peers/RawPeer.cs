using System.Buffers;
using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using ClusterLog.Broker.Peers;

namespace ClusterLog.Broker.Tests.Peers;

/// <summary>A peer of bare sockets, which does what a mesh never does.</summary>
internal sealed class RawPeer : IDisposable
{
    private readonly Socket _socket;

    public RawPeer(Socket socket) => _socket = socket;

    public static RawPeer Dial(int port)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Connect(IPAddress.Loopback, port);
        return new RawPeer(socket);
    }

    public static Socket Listen()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        socket.Listen();
        return socket;
    }

    public static async Task<RawPeer> AcceptAsync(Socket listener) =>
        new(await listener.AcceptAsync(TestContext.Current.CancellationToken));

    public async Task SendAsync(object content)
    {
        var output = new ArrayBufferWriter<byte>();
        using var writer = new PeerFrameWriter();
        writer.Write(output, new(1), content);
        await SendBytesAsync(output.WrittenMemory);
    }

    public async Task SendBytesAsync(ReadOnlyMemory<byte> bytes) =>
        await _socket.SendAsync(bytes, TestContext.Current.CancellationToken);

    /// <summary>The next frame; null at the end of the connection.</summary>
    public async Task<object?> ReceiveAsync()
    {
        var prefix = await ReceiveBytesAsync(4);
        if (prefix is null)
        {
            return null;
        }

        var frame = await ReceiveBytesAsync(BinaryPrimitives.ReadInt32LittleEndian(prefix));
        return frame is null
            ? null
            : PeerFrameReader.Read(new ReadOnlySequence<byte>(frame), default, default, out _, out var error)
                ?? throw new InvalidOperationException(error);
    }

    /// <summary>Closes with a reset, as the kernel does for a killed process with unread data.</summary>
    public void Reset()
    {
        _socket.LingerState = new LingerOption(true, 0);
        _socket.Close();
    }

    public void Dispose() => _socket.Dispose();

    private async Task<byte[]?> ReceiveBytesAsync(int count)
    {
        var bytes = new byte[count];
        for (var filled = 0; filled < count;)
        {
            int received;
            try
            {
                received = await _socket.ReceiveAsync(bytes.AsMemory(filled), TestContext.Current.CancellationToken);
            }
            catch (SocketException)
            {
                return null;
            }

            if (received == 0)
            {
                return null;
            }

            filled += received;
        }

        return bytes;
    }
}
