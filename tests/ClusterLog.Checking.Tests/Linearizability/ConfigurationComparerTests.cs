using ClusterLog.Checking.Linearizability;

namespace ClusterLog.Checking.Tests.Linearizability;

public sealed class ConfigurationComparerTests
{
    [Theory]
    [InlineData(1, "a", 1, "A", true)]
    [InlineData(1, "a", 1, "b", false)]
    [InlineData(1, "a", 2, "a", false)]
    public void Equals_TwoConfigurations_ComparesBothParts(int taken, string state, int otherTaken, string other, bool expected)
    {
        var comparer = new ConfigurationComparer<string>(StringComparer.OrdinalIgnoreCase);
        Configuration<string> first = new([0, (ulong)taken], state);
        Configuration<string> second = new([0, (ulong)otherTaken], other);
        Assert.Equal(expected, comparer.Equals(first, second));
        Assert.True(!expected || comparer.GetHashCode(first) == comparer.GetHashCode(second));
    }
}
