using ClusterLog.Broker.Hosting;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace ClusterLog.Broker.Http;

/// <summary>
/// The HTTP port of a broker. Its limit of connections is its own: Kestrel's counts all listeners of a server together,
/// so that scrapers could shut clients out.
/// </summary>
internal static class HttpListenerSetup
{
    /// <summary>
    /// Sets up the listener for HTTP/1.1 with at most <see cref="LimitOptions.HttpConnectionsMax"/> connections.
    /// </summary>
    public static void Configure(ListenOptions listen, LimitOptions limits)
    {
        listen.Protocols = HttpProtocols.Http1;
        var open = 0;
        listen.Use(next => async connection =>
        {
            try
            {
                if (Interlocked.Increment(ref open) > limits.HttpConnectionsMax)
                {
                    connection.Abort(new ConnectionAbortedException(
                        $"Limits.HttpConnectionsMax, which is {limits.HttpConnectionsMax}, is reached."));
                    return;
                }

                await next(connection);
            }
            finally
            {
                Interlocked.Decrement(ref open);
            }
        });
    }

    /// <summary>Sets the server's limits that hold for HTTP alone: nothing that is served here takes a body.</summary>
    public static void Configure(KestrelServerLimits limits)
    {
        limits.MaxRequestBodySize = 0;
        limits.MaxRequestHeadersTotalSize = 16 << 10;
        limits.MaxRequestLineSize = 4 << 10;
        limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
        limits.KeepAliveTimeout = TimeSpan.FromMinutes(2);
    }
}
