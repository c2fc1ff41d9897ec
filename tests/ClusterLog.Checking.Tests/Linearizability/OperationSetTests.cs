using ClusterLog.Checking.Linearizability;

namespace ClusterLog.Checking.Tests.Linearizability;

public sealed class OperationSetTests
{
    [Theory]
    [InlineData(0, 3)]
    [InlineData(64, 0)]
    [InlineData(128, 65)]
    [InlineData(300, 10)]
    public void Snapshot_OfEqualSetsOnly_IsEqual(int known, int unknown)
    {
        const int Seed = 5;
        var random = new Random(Seed);
        var set = new OperationSet(known, unknown);
        var members = new HashSet<int>();
        var snapshots = new Dictionary<string, string>();
        for (var step = 0; step < 3000; step++)
        {
            // First mostly growing, then mostly shrinking: the window passes over full words both ways.
            var operation = random.Next(known + unknown);
            var isAdded = random.Next(10) < (step < 1500 ? 9 : 1);
            if (isAdded && members.Add(operation))
            {
                set.Add(operation);
            }
            else if (!isAdded && members.Remove(operation))
            {
                set.Remove(operation);
            }

            var snapshot = string.Join(',', set.Snapshot());
            var content = string.Join(',', members.Order());
            snapshots.TryAdd(snapshot, content);
            Assert.True(snapshots[snapshot] == content, $"Seed {Seed}, step {step}: two sets, one snapshot.");
            Assert.Equal(snapshot, string.Join(',', Fresh(members, known, unknown).Snapshot()));
        }
    }

    private static OperationSet Fresh(IEnumerable<int> members, int known, int unknown)
    {
        var set = new OperationSet(known, unknown);
        foreach (var member in members)
        {
            set.Add(member);
        }

        return set;
    }
}
