using System.Net;
using ClusterLog.Broker.Clients;
using ClusterLog.Broker.Http;
using ClusterLog.Broker.Peers;
using ClusterLog.Broker.Sockets;
using ClusterLog.Broker.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ClusterLog.Broker.Hosting;

/// <summary>The three listeners of a broker, in one Kestrel: clients and peers in our protocol, HTTP beside them.</summary>
internal sealed class BrokerListeners : IAsyncDisposable
{
    /// <summary>What may wait in a connection's transport each way: a whole append request, a good part of a fetch.</summary>
    private const int SocketBufferBytes = 1 << 20;

    /// <summary>What one call to a socket reads or writes; more would be held by each client that sends half a frame.</summary>
    private const int SocketBlockBytes = 32 << 10;

    /// <summary>Memory of connections that is kept for the next ones to use.</summary>
    private const long FreeBytesMax = 8 << 20;

    private readonly WebApplication _application;

    private BrokerListeners(WebApplication application, IPEndPoint client, IPEndPoint peer, IPEndPoint http)
    {
        _application = application;
        ClientEndPoint = client;
        PeerEndPoint = peer;
        HttpEndPoint = http;
    }

    public IPEndPoint ClientEndPoint { get; }

    public IPEndPoint PeerEndPoint { get; }

    public IPEndPoint HttpEndPoint { get; }

    public static async Task<BrokerListeners> StartAsync(
        BrokerOptions options,
        ClientConnectionHandler clients,
        PeerConnectionHandler peers,
        IBrokerHealth health,
        PrometheusExporter metrics,
        ILoggerFactory loggers,
        CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddSingleton(loggers);
        builder.Services.AddSingleton<IMemoryPoolFactory<byte>>(new SocketMemory(SocketBlockBytes, FreeBytesMax));
        builder.Services.AddRoutingCore();
        builder.WebHost.UseKestrelCore();
        builder.WebHost.UseSockets(static sockets =>
        {
            sockets.MaxReadBufferSize = SocketBufferBytes;
            sockets.MaxWriteBufferSize = SocketBufferBytes;
        });
        ListenOptions? client = null, peer = null, http = null;
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            HttpListenerSetup.Configure(kestrel.Limits);
            kestrel.Listen(options.ClientListen.ToEndPoint(), listen => Run(client = listen, clients));
            kestrel.Listen(options.PeerListen.ToEndPoint(), listen => Run(peer = listen, peers));
            kestrel.Listen(
                options.HttpListen.ToEndPoint(), listen => HttpListenerSetup.Configure(http = listen, options.Limits));
        });
        var application = builder.Build();
        HttpEndpoints.Map(application, health, metrics);
        try
        {
            await application.StartAsync(cancellationToken);
        }
        catch
        {
            await application.DisposeAsync();
            throw;
        }

        return new BrokerListeners(application, client!.IPEndPoint!, peer!.IPEndPoint!, http!.IPEndPoint!);
    }

    public async ValueTask DisposeAsync()
    {
        // Connections have been closed by those who own them: there is nothing left to wait for.
        await _application.StopAsync(new CancellationToken(canceled: true));
        await _application.DisposeAsync();
    }

    private static void Run(ListenOptions listen, ConnectionHandler handler) =>
        listen.Run(handler.OnConnectedAsync);
}
