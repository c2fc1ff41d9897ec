using System.Globalization;
using ClusterLog.Checking.Histories;
using ClusterLog.Checking.Logs;
using ClusterLog.Raft;

namespace ClusterLog.Simulation.Workload;

/// <summary>What the clients did and saw, for the checkers. Partitions go by their groups, which never come back.</summary>
internal sealed class WorkloadHistory
{
    private readonly Dictionary<GroupId, string> _names = [];
    private readonly List<EndedBatch> _ended = [];
    private long _time;
    private long _value;

    public List<PollOperation> Polls { get; } = [];

    public List<SeekOperation> Seeks { get; } = [];

    public List<FinalRead> FinalReads { get; } = [];

    /// <summary>A number for an event, above those of all earlier ones.</summary>
    public long NextTime() => ++_time;

    /// <summary>A value that nobody has sent yet.</summary>
    public long NextValue() => ++_value;

    /// <summary>The name of a group in histories.</summary>
    public string NameOf(GroupId group)
    {
        if (!_names.TryGetValue(group, out var name))
        {
            _names.Add(group, name = group.Value.ToString(CultureInfo.InvariantCulture));
        }

        return name;
    }

    /// <summary>What became of a batch, as its producer knows.</summary>
    /// <param name="acknowledgedBy">The group that acknowledged it; null when none did.</param>
    public void Add(ProducerBatch batch, Outcome outcome, GroupId? acknowledgedBy, long baseOffset) =>
        _ended.Add(new EndedBatch(batch, outcome, acknowledgedBy, baseOffset));

    public LogReport Check()
    {
        var produces = new List<ProduceOperation>();
        foreach (var ended in _ended)
        {
            Expand(ended, produces);
        }

        return LogChecker.Check(new LogHistory
        {
            Produces = produces,
            Polls = Polls,
            Seeks = Seeks,
            FinalReads = FinalReads,
        });
    }

    /// <summary>One operation a record, in each group that the batch may have reached, were it after its end.</summary>
    private void Expand(in EndedBatch ended, List<ProduceOperation> into)
    {
        var (batch, outcome, acknowledgedBy, baseOffset) = ended;
        foreach (var group in batch.Groups)
        {
            var here = group == acknowledgedBy || acknowledgedBy is null ? outcome : Outcome.Unknown;
            for (var i = 0; i < batch.RecordCount; i++)
            {
                into.Add(new ProduceOperation(
                    batch.Producer,
                    NameOf(group),
                    batch.FirstValue + i,
                    here,
                    here == Outcome.Ok ? baseOffset + i : null,
                    batch.InvokedAt));
            }
        }
    }

    private readonly record struct EndedBatch(ProducerBatch Batch, Outcome Outcome, GroupId? AcknowledgedBy, long BaseOffset);
}
