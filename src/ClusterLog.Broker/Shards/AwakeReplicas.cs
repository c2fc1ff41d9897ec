namespace ClusterLog.Broker.Shards;

/// <summary>
/// The replicas of a shard that are ticked: all but the quiet ones, so that ten thousand idle groups cost nothing. Those
/// that would campaign all at once, which are new ones after a start and the followers of a broker that went down, wait
/// to be admitted, so many in a tick (raft-notes rule 14).
/// </summary>
/// <remarks>
/// Why no group sleeps for ever without a leader that works. A replica sleeps only while its core is quiet, which a
/// follower becomes only by its leader's word, and only as long as nothing else reaches it. So let a follower sleep and
/// ask what can become of the leader whose word that was:
/// <list type="number">
/// <item>Its broker dies, or is cut off: the link breaks, or falls silent, and PeerDown wakes the follower.</item>
/// <item>Its replica stops in a living broker: the broker announces that over the same link, in order behind the word;
/// a link on which that finds no room is broken, which leads back to the first case.</item>
/// <item>Its disk hangs or fails. A failed disk stops the broker, or every replica in it: see above. One that hangs hurts
/// nobody while nothing is written; a write wakes the leader, whose core then gives up its place for want of progress,
/// and the followers, who get the entries.</item>
/// <item>It steps down because of a higher term: then the candidate of that term is awake, and so is the leader that
/// was; each campaigns until there is a leader, and a campaign wakes whom it reaches.</item>
/// <item>It lives and is quiet itself: then it works, for the next proposal wakes it.</item>
/// </list>
/// And a leader that waits for a follower which is down, or has stopped, does so awake or was told of it in these ways.
/// Owned by the shard.
/// </remarks>
internal sealed class AwakeReplicas
{
    /// <summary>
    /// The most replicas that a tick admits to campaign. All elections at once would take longer each than their
    /// timeouts, and so be held again.
    /// </summary>
    public const int AdmittedPerTickMax = 128;

    private readonly List<Replica> _awake = [];

    // Those that are the first choice to lead come first: by the time that the others' turn comes, most have a leader.
    private readonly Queue<Replica> _preferred = new();
    private readonly Queue<Replica> _others = new();
    private int _waiting;

    /// <summary>The replicas that are ticked or are to be ticked soon.</summary>
    public int Count => _awake.Count + _waiting;

    /// <summary>Ticks a replica from the next tick on.</summary>
    public void Wake(Replica replica)
    {
        if (replica.Pace == ReplicaPace.Waiting)
        {
            _waiting--;
        }
        else if (replica.Pace == ReplicaPace.Awake)
        {
            return;
        }

        replica.Pace = ReplicaPace.Awake;
        replica.AwakeAt = _awake.Count;
        _awake.Add(replica);
    }

    /// <summary>Ticks a replica once its turn has come.</summary>
    /// <param name="isPreferred">It is the one that should lead the group now.</param>
    public void WakeInTurn(Replica replica, bool isPreferred)
    {
        if (replica.Pace == ReplicaPace.Waiting)
        {
            return;
        }

        Sleep(replica);
        replica.Pace = ReplicaPace.Waiting;
        _waiting++;
        (isPreferred ? _preferred : _others).Enqueue(replica);
    }

    /// <summary>Ticks a replica no more.</summary>
    public void Sleep(Replica replica)
    {
        if (replica.Pace == ReplicaPace.Waiting)
        {
            // Its place in the queue is passed over when it comes up.
            _waiting--;
        }
        else if (replica.Pace == ReplicaPace.Awake)
        {
            var last = _awake[^1];
            _awake[replica.AwakeAt] = last;
            last.AwakeAt = replica.AwakeAt;
            _awake.RemoveAt(_awake.Count - 1);
        }

        replica.Pace = ReplicaPace.Asleep;
    }

    /// <summary>One tick: admits those whose turn it is, ticks who is awake, and lets sleep who has become quiet.</summary>
    public void Tick(long nowMilliseconds)
    {
        Admit();

        // From the end, so that one that falls asleep is replaced by one that has been ticked.
        for (var i = _awake.Count - 1; i >= 0; i--)
        {
            var replica = _awake[i];
            if (replica.IsQuiet && !replica.IsActive)
            {
                Sleep(replica);
                replica.TrimExcess();
            }
            else
            {
                Shard.Guard(replica, nowMilliseconds, static (ticking, now) => ticking.Tick(now));
            }
        }
    }

    private void Admit()
    {
        for (var admitted = 0; admitted < AdmittedPerTickMax;)
        {
            if (!_preferred.TryDequeue(out var replica) && !_others.TryDequeue(out replica))
            {
                return;
            }

            if (replica.Pace == ReplicaPace.Waiting)
            {
                Wake(replica);
                admitted++;
            }
        }
    }
}
