namespace ClusterLog.Simulation.Faults;

/// <summary>One thing that is to go wrong.</summary>
/// <param name="Time">When, in virtual microseconds.</param>
/// <param name="Broker">To whom; 0 where it concerns no one broker.</param>
/// <param name="Duration">For how long, in virtual microseconds, where it ends by itself.</param>
internal sealed record PlannedFault(
    long Time, FaultKind Kind, int Broker, long Duration, long A = 0, long B = 0, long C = 0, long D = 0)
{
    public override string ToString() => FormattableString.Invariant(
        $"{Time / 1_000_000.0:F3} s {Kind} broker {Broker} for {Duration / 1_000_000.0:F3} s ({A}, {B}, {C}, {D})");
}
