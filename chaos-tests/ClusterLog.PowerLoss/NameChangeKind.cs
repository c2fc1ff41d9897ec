namespace ClusterLog.PowerLoss;

internal enum NameChangeKind
{
    Create,
    Rename,
    Delete,
    MakeFolder,
    RemoveFolder,
}
