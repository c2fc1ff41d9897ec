using System.Net;
using System.Net.Sockets;

namespace ClusterLog.Server.Tests;

/// <summary>Finds ports for a `dev` cluster, whose nine ports hang together.</summary>
internal static class FreePorts
{
    // Below the ports that the system gives to outgoing connections, which could take them in between.
    private const int First = 20_000;
    private const int Last = 32_000;
    private const int Apart = 30;

    // Tests that run at the same time ask before either has bound its ports.
    private static int _asked = Environment.ProcessId;

    /// <summary>A port base whose nine ports were free a moment ago, by the process that tests.</summary>
    public static int FindBase()
    {
        var blocks = (Last - First) / Apart;
        for (var attempt = 0; attempt < blocks; attempt++)
        {
            var candidate = First + (Interlocked.Increment(ref _asked) % blocks * Apart);
            if (PortsOf(candidate).All(IsFree))
            {
                return candidate;
            }
        }

        throw new InvalidOperationException($"No nine free ports between {First} and {Last}.");
    }

    private static IEnumerable<int> PortsOf(int portBase) =>
        from broker in Enumerable.Range(0, 3)
        from listener in Enumerable.Range(0, 3)
        select portBase + (broker * 10) + listener;

    private static bool IsFree(int port)
    {
        try
        {
            using var probe = new TcpListener(IPAddress.Loopback, port);
            probe.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
