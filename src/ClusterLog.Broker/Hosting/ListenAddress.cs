using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace ClusterLog.Broker.Hosting;

/// <summary>
/// A host and a port, written "127.0.0.1:9400", "[::1]:9400" or "broker-1.example:9400". As something to listen on,
/// port 0 takes any free port.
/// </summary>
internal sealed record ListenAddress(string Host, int Port)
{
    /// <summary>What a text must look like; used in error messages.</summary>
    public const string Form = "HOST:PORT, with a port from 0 to 65535, such as 127.0.0.1:9400 or [::1]:9400";

    /// <summary>Whether it binds every interface, so that it says nothing about where others reach it.</summary>
    public bool IsAnyAddress =>
        IPAddress.TryParse(Host, out var ip) && (ip.Equals(IPAddress.Any) || ip.Equals(IPAddress.IPv6Any));

    public static bool TryParse(string? text, [NotNullWhen(true)] out ListenAddress? address)
    {
        address = null;
        var trimmed = text?.Trim() ?? "";
        var colon = trimmed.LastIndexOf(':');
        if (colon <= 0
            || !int.TryParse(trimmed.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            || port > IPEndPoint.MaxPort)
        {
            return false;
        }

        var host = trimmed[..colon];
        if (host.StartsWith('[') && host.EndsWith(']'))
        {
            host = host[1..^1];
            if (!IPAddress.TryParse(host, out var ip) || ip.AddressFamily != AddressFamily.InterNetworkV6)
            {
                return false;
            }
        }
        else if (Uri.CheckHostName(host) is UriHostNameType.Unknown or UriHostNameType.IPv6)
        {
            return false;
        }

        address = new ListenAddress(host, port);
        return true;
    }

    /// <exception cref="FormatException">The text is not of the <see cref="Form"/>.</exception>
    public static ListenAddress Parse(string text) =>
        TryParse(text, out var address)
            ? address
            : throw new FormatException($"'{text}' is not an address: expected {Form}.");

    /// <summary>The socket address; a name is looked up, and its first address is taken (IPv4 first).</summary>
    /// <exception cref="SocketException">The name does not resolve.</exception>
    public IPEndPoint ToEndPoint()
    {
        if (IPAddress.TryParse(Host, out var ip))
        {
            return new IPEndPoint(ip, Port);
        }

        if (Host.Equals("localhost", StringComparison.OrdinalIgnoreCase))
        {
            return new IPEndPoint(IPAddress.Loopback, Port);
        }

        var found = Dns.GetHostAddresses(Host);
        return new IPEndPoint(
            found.FirstOrDefault(address => address.AddressFamily == AddressFamily.InterNetwork) ?? found[0], Port);
    }

    public override string ToString() => Host.Contains(':', StringComparison.Ordinal)
        ? string.Create(CultureInfo.InvariantCulture, $"[{Host}]:{Port}")
        : string.Create(CultureInfo.InvariantCulture, $"{Host}:{Port}");
}
