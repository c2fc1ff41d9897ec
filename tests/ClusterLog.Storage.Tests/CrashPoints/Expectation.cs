using ClusterLog.Raft;
using ClusterLog.Storage.Tests.Support;

namespace ClusterLog.Storage.Tests.CrashPoints;

/// <summary>What a crash at some moment must leave.</summary>
/// <param name="Groups">Every group that there was.</param>
/// <param name="Gone">Groups whose removal was durable.</param>
internal sealed record Expectation(
    IReadOnlyList<(ModelGroup Group, ModelMoment Moment)> Groups, IReadOnlySet<GroupId> Gone);
