using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using ClusterLog.Broker.Hosting;

namespace ClusterLog.Broker.Peers;

/// <summary>
/// Where the brokers of a cluster reach one of them, written "1=127.0.0.1:9401": the broker's id and the address that
/// its peer listener is reached at.
/// </summary>
internal sealed record PeerAddress(int BrokerId, string Host, int Port)
{
    /// <summary>What a text must look like; used in error messages.</summary>
    public const string Form = "ID=HOST:PORT, such as 1=127.0.0.1:9401";

    public static bool TryParse(string? text, [NotNullWhen(true)] out PeerAddress? address)
    {
        address = null;
        var equals = text?.IndexOf('=', StringComparison.Ordinal) ?? -1;
        if (equals <= 0
            || !int.TryParse(text.AsSpan(0, equals).Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            || !ListenAddress.TryParse(text![(equals + 1)..], out var listen))
        {
            return false;
        }

        address = new PeerAddress(id, listen.Host, listen.Port);
        return true;
    }

    /// <exception cref="FormatException">The text is not of the <see cref="Form"/>.</exception>
    public static PeerAddress Parse(string text) =>
        TryParse(text, out var address)
            ? address
            : throw new FormatException($"'{text}' is not a peer's address: expected {Form}.");

    /// <summary>The address without the id, as a socket takes it.</summary>
    public ListenAddress ToListenAddress() => new(Host, Port);

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{BrokerId}={ToListenAddress()}");
}
