using System.Net.Sockets;
using ClusterLog.Storage;
using Microsoft.AspNetCore.Connections;

namespace ClusterLog.Broker.Hosting;

/// <summary>What an operator is told when a broker cannot start.</summary>
internal static class StartFailure
{
    /// <summary>The reason in one line; null where it is none that an operator can mend, but a fault of ours.</summary>
    public static string? Describe(Exception error, BrokerOptions options) => error switch
    {
        IOException { InnerException: AddressInUseException } =>
            $"cannot listen {Listener(error.Message, options)}: another process does already",
        SocketException => $"an address cannot be used: {OneLine(error.Message)} ({Addresses(options)})",
        DataDirectoryException or IOException or UnauthorizedAccessException => OneLine(error.Message),
        _ => null,
    };

    public static string OneLine(string text) => text.ReplaceLineEndings(" ").Trim();

    private static string Listener(string message, BrokerOptions options) =>
        new (string For, ListenAddress Address)[]
        {
            ("clients", options.ClientListen),
            ("peers", options.PeerListen),
            ("HTTP", options.HttpListen),
        }
        .Where(listener => message.Contains($"{listener.Address}:", StringComparison.Ordinal))
        .Select(listener => $"for {listener.For} on {listener.Address}")
        .FirstOrDefault($"on one of its addresses ({Addresses(options)})");

    private static string Addresses(BrokerOptions options) =>
        $"clients {options.ClientListen}, peers {options.PeerListen}, HTTP {options.HttpListen}";
}
