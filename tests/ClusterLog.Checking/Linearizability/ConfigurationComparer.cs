using System.Runtime.InteropServices;

namespace ClusterLog.Checking.Linearizability;

/// <summary>Where a search has been: which operations it had taken, and the state that they led to.</summary>
internal readonly record struct Configuration<TState>(ulong[] Taken, TState State);

/// <summary>Tells equal configurations.</summary>
internal sealed class ConfigurationComparer<TState> : IEqualityComparer<Configuration<TState>>
{
    private readonly IEqualityComparer<TState> _states;

    public ConfigurationComparer(IEqualityComparer<TState> states) => _states = states;

    public bool Equals(Configuration<TState> x, Configuration<TState> y) =>
        x.Taken.AsSpan().SequenceEqual(y.Taken) && _states.Equals(x.State, y.State);

    public int GetHashCode(Configuration<TState> obj)
    {
        var hash = default(HashCode);
        hash.AddBytes(MemoryMarshal.AsBytes(obj.Taken.AsSpan()));
        hash.Add(obj.State is null ? 0 : _states.GetHashCode(obj.State));
        return hash.ToHashCode();
    }
}
