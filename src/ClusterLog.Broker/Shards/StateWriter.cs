using System.Buffers;

namespace ClusterLog.Broker.Shards;

/// <summary>The bytes of one captured state, with room for the header of <see cref="StateEnvelope"/> before the body.</summary>
internal sealed class StateWriter : IBufferWriter<byte>
{
    private readonly ArrayBufferWriter<byte> _output = new();

    public StateWriter()
    {
        _output.GetSpan(StateEnvelope.HeaderBytes)[..StateEnvelope.HeaderBytes].Clear();
        _output.Advance(StateEnvelope.HeaderBytes);
    }

    public void Advance(int count) => _output.Advance(count);

    public Memory<byte> GetMemory(int sizeHint = 0) => _output.GetMemory(sizeHint);

    public Span<byte> GetSpan(int sizeHint = 0) => _output.GetSpan(sizeHint);

    /// <summary>The whole state, sealed; an array of its own.</summary>
    public ReadOnlyMemory<byte> Seal(byte kind, byte version)
    {
        var state = _output.WrittenSpan.ToArray();
        StateEnvelope.Seal(state, kind, version);
        return state;
    }
}
