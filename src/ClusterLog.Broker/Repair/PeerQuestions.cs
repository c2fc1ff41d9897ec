using ClusterLog.Broker.Balancing;
using ClusterLog.Broker.Compaction.Horizons;
using ClusterLog.Broker.Metadata;
using ClusterLog.MessagePack;
using ClusterLog.Raft;

namespace ClusterLog.Broker.Repair;

/// <summary>Gives each request of a peer to the part that answers its kind. Safe for use by many threads.</summary>
/// <param name="horizons">Answers how far replicas are clean; where there is none, nobody learns that.</param>
/// <param name="leaders">Hears of peers that are about to stop.</param>
internal sealed class PeerQuestions(
    MetadataService metadata, MetadataAdmission admission, HorizonKeeper? horizons = null, LeaderBalancer? leaders = null)
{
    /// <summary>The answer; what cannot be read is answered in words by the metadata service.</summary>
    public ValueTask<ReadOnlyMemory<byte>> OnRequestAsync(
        ReplicaId peer, ReadOnlyMemory<byte> request, CancellationToken cancellationToken)
    {
        var reader = new MessagePackReader(request);
        reader.ReadArrayHeader();
        var kind = reader.ReadInt32();
        return kind switch
        {
            FoundingQuestion.Kind when reader.Ok => ValueTask.FromResult(admission.Answer(peer, request)),
            LeavingNotice.Kind when reader.Ok && leaders is not null => ValueTask.FromResult(leaders.OnLeaving(peer)),
            CleanQuestion.Kind when reader.Ok && horizons is not null => horizons.AnswerAsync(peer, request),
            _ => metadata.OnRequestAsync(peer, request, cancellationToken),
        };
    }
}
