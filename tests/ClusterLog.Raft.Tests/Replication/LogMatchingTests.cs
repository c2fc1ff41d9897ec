using ClusterLog.Raft.Replication;
using ClusterLog.Raft.Tests.Cluster;

namespace ClusterLog.Raft.Tests.Replication;

public sealed class LogMatchingTests
{
    [Theory]
    [InlineData(new ulong[] { 1, 1, 2, 2, 5 }, 5, 5, 5, 5)]
    [InlineData(new ulong[] { 1, 1, 2, 2, 5 }, 5, 4, 4, 2)]
    [InlineData(new ulong[] { 1, 1, 2, 2, 5 }, 3, 1, 2, 1)]
    [InlineData(new ulong[] { 3, 3, 3 }, 3, 1, 0, 0)]
    [InlineData(new ulong[] { 1, 1 }, 9, 7, 2, 1)]
    [InlineData(new ulong[0], 4, 2, 0, 0)]
    public void FindConflictByTerm_AnyLog_FindsTheLastIndexOfNoHigherTerm(
        ulong[] terms, ulong index, ulong term, ulong expectedIndex, ulong expectedTerm)
    {
        var log = new ListRaftLog();
        for (var i = 0; i < terms.Length; i++)
        {
            log.Append([SingleCore.Entry((ulong)i + 1, terms[i])]);
        }

        var found = LogMatching.FindConflictByTerm(log, new LogIndex(index), new Term(term));

        Assert.Equal((new LogIndex(expectedIndex), new Term(expectedTerm)), found);
    }

    [Fact]
    public void FindConflictByTerm_BeforeWhatTheLogKnows_HasTermZero()
    {
        var log = ListRaftLog.StartingAfter(10, 5);
        log.Append([SingleCore.Entry(11, 6)]);

        Assert.Equal((new LogIndex(9), Term.Zero), LogMatching.FindConflictByTerm(log, new LogIndex(11), new Term(3)));
    }
}
