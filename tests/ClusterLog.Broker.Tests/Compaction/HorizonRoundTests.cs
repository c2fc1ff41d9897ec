using ClusterLog.Broker.Compaction.Horizons;
using ClusterLog.Broker.Metadata;
using ClusterLog.Raft;

namespace ClusterLog.Broker.Tests.Compaction;

public sealed class HorizonRoundTests
{
    private static readonly ReplicaId[] Members = [new(1), new(2, 7), new(3)];

    [Fact]
    public void Survey_OnceAllHaveAnswered_GivesTheLeast()
    {
        var survey = SurveyOf(1);
        survey.Add(new ReplicaId(1), 30);
        survey.Add(new ReplicaId(2, 7), 20);
        Assert.Null(survey.CleanTo);
        survey.Add(new ReplicaId(3), 40);
        Assert.Equal(20, survey.CleanTo);
    }

    [Fact]
    public void Survey_AnotherIncarnationOrAStranger_SaysNothing()
    {
        var survey = SurveyOf(1);
        survey.Add(new ReplicaId(1), 30);
        survey.Add(new ReplicaId(3), 40);
        survey.Add(new ReplicaId(2), 50);
        survey.Add(new ReplicaId(2, 8), 50);
        survey.Add(new ReplicaId(4), 50);
        Assert.Null(survey.CleanTo);
        Assert.Equal([new ReplicaId(2, 7)], survey.Missing);
    }

    [Fact]
    public void Round_OfManyGroups_AsksEachBrokerAboutSomeHundredAtATime()
    {
        var surveys = Enumerable.Range(1, CleanQuestion.GroupsMax + 1).Select(id => SurveyOf((ulong)id)).ToList();
        surveys.ForEach(survey => survey.Add(new ReplicaId(1), 10));
        var round = new HorizonRound(surveys);
        Assert.Equal(
            [(2, CleanQuestion.GroupsMax), (2, 1), (3, CleanQuestion.GroupsMax), (3, 1)],
            round.Questions().Select(asked => (asked.Broker.Value, asked.Groups.Length)));
        round.Take([new(new GroupId(2), new ReplicaId(2, 7), 9), new(new GroupId(2), new ReplicaId(3), 8)]);
        round.Take([new(new GroupId(9_999), new ReplicaId(3), 8)]);
        Assert.Equal((new GroupId(2), 8), Assert.Single(round.Complete().Select(survey => (survey.Partition.Group, survey.CleanTo))));
    }

    [Fact]
    public void Question_EncodedAndDecoded_IsTheSame()
    {
        GroupId[] groups = [new(1), new(ulong.MaxValue)];
        var request = CleanQuestion.EncodeRequest(groups);
        Assert.Equal("920492" + "01" + "cfffffffffffffffff", Convert.ToHexStringLower(request.Span));
        Assert.Equal(groups, CleanQuestion.DecodeRequest(request));
        CleanAnswer[] answers = [new(new GroupId(5), new ReplicaId(2, 7), 300), new(new GroupId(6), new ReplicaId(2), 0)];
        var response = CleanQuestion.EncodeResponse(answers);
        Assert.Equal("9192" + "94050207cd012c" + "9406020000", Convert.ToHexStringLower(response.Span));
        Assert.Equal(answers, CleanQuestion.DecodeResponse(response));
    }

    [Theory]
    [InlineData("")]
    [InlineData("9104")]
    [InlineData("9203" + "9101")]
    [InlineData("9204" + "9201")]
    [InlineData("9204" + "dc01f5")]
    public void DecodeRequest_OfAnythingElse_GivesNull(string hex) =>
        Assert.Null(CleanQuestion.DecodeRequest(Convert.FromHexString(hex)));

    [Theory]
    [InlineData("")]
    [InlineData("c0")]
    [InlineData("9191" + "93050207")]
    [InlineData("9191" + "940502")]
    [InlineData("9191" + "94050207ff")]
    public void DecodeResponse_OfAnythingElse_GivesNone(string hex) =>
        Assert.Empty(CleanQuestion.DecodeResponse(Convert.FromHexString(hex)));

    private static HorizonSurvey SurveyOf(ulong group) => new(
        new PartitionInfo("t", 0, new GroupId(group), new LogIndex(1), [.. Members], [.. Members]),
        new Term(3),
        new LogIndex(9),
        Members);
}
