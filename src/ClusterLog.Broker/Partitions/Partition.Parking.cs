using ClusterLog.Protocol;

namespace ClusterLog.Broker.Partitions;

/// <content>
/// Batches that come while leadership moves. Refused, each would be sent again and again until somebody takes it, with a
/// pause in between; so they wait here, in the order in which they came, for the moment in which it is known who does. They
/// are bounded by what clients may have in flight, like all requests, and by their deadlines.
/// </content>
internal sealed partial class Partition
{
    /// <summary>
    /// The longest wait. A transfer that fails is given up after an election timeout, one second unless configured
    /// otherwise, and then this replica goes on leading.
    /// </summary>
    private const int ParkedMillisecondsMax = 2_000;

    private readonly Queue<ProduceWork> _parked = new();

    /// <inheritdoc/>
    public bool HasParked => _parked.Count > 0;

    /// <summary>Whether this replica is about to serve, or to know the one that does.</summary>
    private bool IsLeaderExpected => Replica.Leads
        ? !Replica.IsReadyToServe || Replica.IsBeingHandedOver
        : Replica.AwaitsSuccessor;

    /// <inheritdoc/>
    public void ServeParked(long nowMilliseconds)
    {
        while (_parked.TryPeek(out var work))
        {
            if (!IsLeaderExpected)
            {
                _parked.Dequeue();
                Produce(work);
            }
            else if (work.ParkedUntilMilliseconds <= nowMilliseconds)
            {
                _parked.Dequeue();
                work.Fail(
                    ErrorCode.LeaderNotAvailable, $"{Address} has had no leader that serves for {ParkedMillisecondsMax} ms.");
            }
            else
            {
                break;
            }
        }
    }

    private void ParkOrRedirect(ProduceWork work)
    {
        if (IsLeaderExpected)
        {
            work.ParkedUntilMilliseconds =
                Math.Min(work.DeadlineMilliseconds, Replica.NowMilliseconds + ParkedMillisecondsMax);
            _parked.Enqueue(work);
        }
        else
        {
            var leader = Replica.Leader;
            work.Redirect($"{Address} is led by broker {leader} in term {Replica.Term}.", leader, Replica.Term);
        }
    }
}
