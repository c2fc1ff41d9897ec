namespace ClusterLog.Storage.Records;

/// <summary>What reading a record came to: "need more bytes" is apart from "not what was written".</summary>
internal enum RecordReadResult
{
    Ok,
    NeedMore,
    Bad,
}
