using System.IO.Pipelines;
using System.Net;
using Microsoft.AspNetCore.Connections;

namespace ClusterLog.Broker.Tests.Clients;

/// <summary>A client's connection to a broker through memory instead of a socket.</summary>
internal sealed class PipeConnection : IAsyncDisposable
{
    private readonly Pipe _toBroker = new(new PipeOptions(useSynchronizationContext: false));
    private readonly Pipe _toClient = new(new PipeOptions(useSynchronizationContext: false));
    private readonly DefaultConnectionContext _context;

    public PipeConnection(string id, ConnectionHandler broker)
    {
        _context = new DefaultConnectionContext(id, new Duplex(_toBroker.Reader, _toClient.Writer), null!)
        {
            RemoteEndPoint = new IPEndPoint(IPAddress.Loopback, 1),
        };
        Served = ServeAsync(broker);
    }

    /// <summary>Where the client writes.</summary>
    public PipeWriter Output => _toBroker.Writer;

    /// <summary>Where the client reads.</summary>
    public PipeReader Input => _toClient.Reader;

    /// <summary>Completes once the broker has let go of the connection.</summary>
    public Task Served { get; }

    /// <summary>The client hangs up, and waits until the broker has noticed.</summary>
    public async ValueTask DisposeAsync()
    {
        await Output.CompleteAsync();
        await Input.CompleteAsync();
        _context.Abort();
        await Served;
    }

    /// <summary>As a listener does it: what the handler leaves open is closed behind it.</summary>
    private async Task ServeAsync(ConnectionHandler broker)
    {
        await Task.Yield();
        await broker.OnConnectedAsync(_context);
        await _context.Transport.Output.CompleteAsync();
        await _context.Transport.Input.CompleteAsync();
        _context.Abort();
    }

    /// <summary>One end of the two pipes.</summary>
    internal sealed class Duplex(PipeReader input, PipeWriter output) : IDuplexPipe
    {
        public PipeReader Input => input;

        public PipeWriter Output => output;
    }
}
