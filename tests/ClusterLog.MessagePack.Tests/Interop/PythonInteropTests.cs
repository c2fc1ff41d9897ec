using ClusterLog.MessagePack.Tests.Values;

namespace ClusterLog.MessagePack.Tests.Interop;

/// <summary>Against the msgpack package of Python.</summary>
public sealed class PythonInteropTests(PythonPeer peer) : InteropTests(peer), IClassFixture<PythonPeer>
{
    internal override MessagePackValue Normalize(MessagePackValue value) => InteropValues.WithoutSingles(value);
}

/// <summary>The first Python that has the package: the system's, where Debian's packages go, or that of the path.</summary>
public sealed class PythonPeer : InteropPeer
{
    /// <inheritdoc/>
    protected override async Task<(string[]? Command, string? MissingReason)> FindAsync()
    {
        foreach (var python in new[] { "/usr/bin/python3", "python3" })
        {
            if (await SucceedsAsync(python, "-c", "import msgpack"))
            {
                return ([python, Path.Combine(ProgramsFolder, "peer.py")], null);
            }
        }

        return (null, "No python3 here has the package msgpack: apt-get install python3-msgpack");
    }
}
