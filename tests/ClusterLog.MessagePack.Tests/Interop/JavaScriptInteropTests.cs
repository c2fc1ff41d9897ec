using ClusterLog.MessagePack.Tests.Values;

namespace ClusterLog.MessagePack.Tests.Interop;

/// <summary>Against the @msgpack/msgpack package of JavaScript.</summary>
public sealed class JavaScriptInteropTests(JavaScriptPeer peer) : InteropTests(peer), IClassFixture<JavaScriptPeer>
{
    internal override MessagePackValue Normalize(MessagePackValue value) => InteropValues.WithoutWholeFloats(value);
}

/// <summary>Node with the packages of tests/interop.</summary>
public sealed class JavaScriptPeer : InteropPeer
{
    /// <inheritdoc/>
    protected override async Task<(string[]? Command, string? MissingReason)> FindAsync()
    {
        if (!await SucceedsAsync("node", "--version"))
        {
            return (null, "There is no node here: install Node.js 18 or later");
        }

        return Directory.Exists(Path.Combine(PackagesFolder, "node_modules", "@msgpack", "msgpack"))
            ? (["node", Path.Combine(ProgramsFolder, "peer.mjs"), PackagesFolder], null)
            : (null, "tests/interop has no node_modules: run npm ci in tests/interop");
    }
}
