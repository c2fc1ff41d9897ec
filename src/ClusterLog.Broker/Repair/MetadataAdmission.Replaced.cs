using ClusterLog.Protocol;

namespace ClusterLog.Broker.Repair;

/// <content>
/// A replica of the metadata that has been replaced while its directory was away. It may speak, since it remembers all that
/// it ever said, but nobody listens, and nothing in its own log says so.
/// </content>
internal sealed partial class MetadataAdmission
{
    // No replica has it, so that the question for its successor changes nothing.
    private const uint Nobody = uint.MaxValue;

    private static readonly TimeSpan PatienceWithLeader = TimeSpan.FromSeconds(3);

    /// <summary>
    /// Whether another has taken the place of this broker's replica of the metadata. Asked of the others when it has heard
    /// from no leader for a while; ends when it has, or when one of them knows.
    /// </summary>
    /// <param name="hears">Whether the replica has heard from a leader.</param>
    public async Task<bool> IsReplacedAsync(Func<bool> hears, CancellationToken cancellationToken)
    {
        while (_others.Length > 0)
        {
            await Task.Delay(PatienceWithLeader, _time, cancellationToken);
            foreach (var other in _others)
            {
                if (hears())
                {
                    return false;
                }

                // Whoever leads refuses, and says who there is; an answer that was given to these directories before is one too.
                var result = await AskToReplaceAsync(other, Nobody, cancellationToken);
                if (result is { Error: ErrorCode.InvalidArgument } or { IsOk: true })
                {
                    return checked((uint)result.Payload) != _lost;
                }
            }
        }

        return false;
    }
}
