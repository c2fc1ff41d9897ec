using ClusterLog.Raft;

namespace ClusterLog.Broker.Compaction.Horizons;

/// <summary>
/// All surveys that a broker's leaders have begun at a time, put together by whom to ask. Pure; one thread at a time.
/// </summary>
internal sealed class HorizonRound
{
    private readonly Dictionary<GroupId, HorizonSurvey> _surveys = [];

    public HorizonRound(IEnumerable<HorizonSurvey> surveys)
    {
        foreach (var survey in surveys)
        {
            _surveys[survey.Partition.Group] = survey;
        }
    }

    /// <summary>Whom to ask about which groups, some hundred groups at a time at most.</summary>
    public IEnumerable<(ReplicaId Broker, GroupId[] Groups)> Questions()
    {
        var byBroker = _surveys.SelectMany(item => item.Value.Missing.Select(member => (member.Value, item.Key)))
            .Distinct()
            .GroupBy(item => item.Value, item => item.Key)
            .OrderBy(asked => asked.Key);
        foreach (var asked in byBroker)
        {
            foreach (var groups in asked.Order().Chunk(CleanQuestion.GroupsMax))
            {
                yield return (new ReplicaId(asked.Key), groups);
            }
        }
    }

    public void Take(IEnumerable<CleanAnswer> answers)
    {
        foreach (var answer in answers)
        {
            if (_surveys.TryGetValue(answer.Group, out var survey))
            {
                survey.Add(answer.Replica, answer.CleanTo);
            }
        }
    }

    /// <summary>Those that all members have answered.</summary>
    public IEnumerable<HorizonSurvey> Complete() => _surveys.Values.Where(survey => survey.CleanTo is not null);
}
