using ClusterLog.Raft;

namespace ClusterLog.Storage.Tests.Support;

internal static class Submissions
{
    public static readonly DirectoryIdentity Identity = new("test", "1=127.0.0.1:9401", 1, 7);

    public static WalSubmission Of(IStorageCompletion completion, ulong group, params LogEntry[] entries) =>
        Of(completion, group, null, entries);

    public static WalSubmission Of(
        IStorageCompletion completion, ulong group, HardState? hardState, params LogEntry[] entries)
    {
        var submission = new WalSubmission(completion);
        submission.Add(new GroupWrite(new GroupId(group), hardState, entries, default, null));
        return submission;
    }
}
