using ClusterLog.Broker.Metadata;
using ClusterLog.Broker.Peers;
using ClusterLog.Protocol;
using ClusterLog.Raft;
using ClusterLog.Storage;
using Microsoft.Extensions.Logging;

namespace ClusterLog.Broker.Repair;

/// <summary>
/// Decides as whom this broker takes part in the metadata group, which is on every broker from the beginning. One that
/// holds its metadata is who it was. One whose metadata was damaged comes back as somebody else. One that holds none is a founder, if the cluster is new, or has lost a directory and
/// must come back as somebody else: that is for the others to say, all of them or one.
/// </summary>
/// <remarks>
/// Why nobody speaks twice under a founder's name. A broker begins as a founder only when every other answers that it is
/// blank, or that it founded the cluster with this very directory; and before it begins it notes durably which directory
/// each founder had. Suppose that a founder had spoken to another, X, and then lost its directory. X has begun, and was
/// not asked since by the new directory as long as it was blank: so X knows the founder by the old directory, and tells
/// the new one that the cluster exists.
/// </remarks>
internal sealed partial class MetadataAdmission
{
    private static readonly TimeSpan AskTimeout = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan RejoinTimeout = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan SayInterval = TimeSpan.FromSeconds(10);

    private readonly int _broker;
    private readonly int[] _others;
    private readonly StorageSet _storage;
    private readonly IPeerRequests _peers;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly bool _isBlank;
    private readonly bool _hasLostIdentity;
    private bool _hasSaidRejoining;
    private long _saidWaitingAt;
    private uint _lost;

    /// <param name="brokers">The ids of all brokers of the cluster.</param>
    public MetadataAdmission(
        int broker, IEnumerable<int> brokers, StorageSet storage, IPeerRequests peers, TimeProvider time, ILogger logger)
    {
        _broker = broker;
        _others = [.. brokers.Where(other => other != broker).Order()];
        _storage = storage;
        _peers = peers;
        _time = time;
        _logger = logger;
        _isBlank = storage.IsBlank(GroupId.Metadata);
        _hasLostIdentity = storage.HasLostIdentity(GroupId.Metadata);
        _lost = storage.IncarnationOf(GroupId.Metadata);
    }

    /// <summary>The identity, where it needs nobody else's word; else null.</summary>
    public ReplicaId? Known =>
        _hasLostIdentity ? null
        : !_isBlank ? new ReplicaId(_broker, _lost)
        : IsNotedAsFounder || _others.Length == 0 ? new ReplicaId(_broker)
        : null;

    private bool IsNotedAsFounder =>
        _storage.Founders is { } founders
        && founders.TryGetValue(_broker, out var directory)
        && directory == _storage.DirectoryId;

    /// <summary>Finds the identity out, however long that takes.</summary>
    /// <exception cref="IOException">The founders could not be noted.</exception>
    public async Task<ReplicaId> DecideAsync(CancellationToken cancellationToken)
    {
        // Brokers that start together need a moment to find each other; that is worth no warning.
        _saidWaitingAt = _time.GetTimestamp();
        while (true)
        {
            if (Known is { } known)
            {
                return known;
            }

            var answers = await AskAllAsync(cancellationToken);
            if (_hasLostIdentity || !_storage.HoldsNothing || answers.Values.Any(static given => given.Answer == FoundingAnswer.Exists))
            {
                if (await TryRejoinAsync(cancellationToken) is { } taken)
                {
                    return taken;
                }
            }
            else if (answers.Count == _others.Length)
            {
                Found(answers);
                continue;
            }
            else
            {
                SayWhoIsMissing(answers.Keys);
            }

            await Task.Delay(RetryDelay, _time, cancellationToken);
        }
    }

    /// <summary>Answers a broker that holds no metadata. Any thread.</summary>
    public ReadOnlyMemory<byte> Answer(ReplicaId peer, ReadOnlyMemory<byte> request)
    {
        var directory = FoundingQuestion.DecodeRequest(request)
            ?? throw new InvalidDataException($"The question of broker {peer.Value} whether the cluster exists cannot be read.");
        var founders = _storage.Founders;
        var answer = founders is not null && founders.TryGetValue(peer.Value, out var noted) && noted == directory
                ? FoundingAnswer.FoundedWithYou
            : founders is null && _isBlank && _storage.HoldsNothing && !_hasLostIdentity && !_hasSaidRejoining ? FoundingAnswer.Blank
            : FoundingAnswer.Exists;
        return FoundingQuestion.EncodeResponse(answer, _storage.DirectoryId);
    }

    private async Task<Dictionary<int, (FoundingAnswer Answer, long DirectoryId)>> AskAllAsync(
        CancellationToken cancellationToken)
    {
        var asked = _others.Select(other => AskAsync(other, cancellationToken)).ToArray();
        var answers = new Dictionary<int, (FoundingAnswer Answer, long DirectoryId)>();
        for (var i = 0; i < asked.Length; i++)
        {
            if (await asked[i] is { } answer)
            {
                answers.Add(_others[i], answer);
            }
        }

        return answers;
    }

    private async Task<(FoundingAnswer Answer, long DirectoryId)?> AskAsync(int other, CancellationToken cancellationToken)
    {
        try
        {
            return FoundingQuestion.DecodeResponse(await _peers.RequestAsync(
                new ReplicaId(other), FoundingQuestion.EncodeRequest(_storage.DirectoryId), AskTimeout, cancellationToken));
        }
        catch (PeerUnavailableException)
        {
            // It does not answer yet, and is asked again.
            return null;
        }
    }

    /// <summary>All others are new too, or know this directory as a founder's.</summary>
    private void Found(Dictionary<int, (FoundingAnswer Answer, long DirectoryId)> answers)
    {
        var founders = answers.ToDictionary(static given => given.Key, static given => given.Value.DirectoryId);
        founders.Add(_broker, _storage.DirectoryId);
        _storage.SaveFounders(founders);
        _logger.Founding(_broker);
    }

    /// <summary>Asks one broker after the other, for one of them leads the metadata, to be given another identity.</summary>
    private async Task<ReplicaId?> TryRejoinAsync(CancellationToken cancellationToken)
    {
        if (!_hasSaidRejoining)
        {
            _hasSaidRejoining = true;
            _logger.Rejoining(_broker);
        }

        foreach (var other in _others)
        {
            var result = await AskToReplaceAsync(other, cancellationToken);
            if (result is { Error: ErrorCode.InvalidArgument })
            {
                // It was replaced before, in an earlier directory: that replica is lost as well.
                _lost = checked((uint)result.Payload);
                result = await AskToReplaceAsync(other, cancellationToken);
            }

            if (result is { IsOk: true })
            {
                var taken = new ReplicaId(_broker, checked((uint)result.Payload));
                _logger.Rejoined(_broker, taken);
                return taken;
            }
        }

        return null;
    }

    private Task<MetadataResult?> AskToReplaceAsync(int other, CancellationToken cancellationToken) =>
        AskToReplaceAsync(other, _lost, cancellationToken);

    private async Task<MetadataResult?> AskToReplaceAsync(int other, uint lost, CancellationToken cancellationToken)
    {
        var command = new ReplaceReplicaCommand(
            GroupId.Metadata, new ReplicaId(_broker, lost), _storage.DirectoryId);
        try
        {
            return MetadataForward.DecodeResponse(
                await _peers.RequestAsync(
                    new ReplicaId(other), MetadataForward.EncodeRequest(command), RejoinTimeout, cancellationToken),
                out _);
        }
        catch (PeerUnavailableException)
        {
            // Another may lead by now. If it was done, asking again gives the same answer.
            return null;
        }
    }

    private void SayWhoIsMissing(IEnumerable<int> answered)
    {
        var now = _time.GetTimestamp();
        if (_time.GetElapsedTime(_saidWaitingAt, now) >= SayInterval)
        {
            _saidWaitingAt = now;
            _logger.WaitingForFounders(
                _broker, string.Join(", ", _others.Except(answered).Select(static other => $"broker {other}")));
        }
    }
}
